import { enableCompileCache } from 'node:module';
import path from 'node:path';

// The compiled form of the sources is kept between starts: a second start is several times faster.
enableCompileCache();

// The folder with partners/, maps/, inbox/ and outbox/ is the clone itself unless told otherwise.
process.env['TRADELANE_HOME'] ??= path.resolve(import.meta.dirname, '..');

(await import('./cli/output.ts')).endWithOutput((status) => process.exit(status));

const { runProgram } = await import('./cli/program.ts');
const status = await runProgram(process.argv.slice(2), {
  variables: process.env,
  openGateway: async (options) => (await import('./composition/open-gateway.ts')).openGateway(options),
  storeTools: async () => (await import('./store/store-tools.ts')).storeTools,
  openAs2: async (config) => (await import('./composition/as2-tools.ts')).openAs2(config),
  openPartnerStation: async (...station) =>
    (await import('./composition/as2-tools.ts')).openDemoPartner(...station),
  openSecrets: async (config) => (await import('./secrets/open-secrets.ts')).openSecrets(config, process.env),
  hashPassword: async (password) =>
    (await import('./transports/sftp-server/password-hash.ts')).hashPassword(password),
});
// What is written must have left before the end; timers of a stopped scheduler must not put the end off.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((written) => stream.write('', written))),
);
process.exit(status);
