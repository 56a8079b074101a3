import { enableCompileCache } from 'node:module';
import path from 'node:path';

// The compiled form of the sources is kept between starts: a second start is several times faster.
enableCompileCache();

// The folder with partners/, maps/, inbox/ and outbox/ is the clone itself unless told otherwise.
process.env['TRADELANE_HOME'] ??= path.resolve(import.meta.dirname, '..');

const { runProgram } = await import('./cli/program.ts');
process.exitCode = await runProgram(process.argv.slice(2), {
  variables: process.env,
  openGateway: async (options) => (await import('./composition.ts')).openGateway(options),
});
