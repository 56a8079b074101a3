import ssh2 from 'ssh2';
import type { Client, SFTPWrapper } from 'ssh2';
import { GatewayError } from '../../common/errors.ts';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import type { ConnectionStep } from '../connection-test.ts';
import { tcpStep } from '../connection-test.ts';
import { fingerprintOf } from '../ssh-fingerprint.ts';
import { openHostKeys } from './host-keys.ts';

export interface LoginTestOptions {
  /** Where the server of this installation listens; port 0 is not known, and nothing is tried. */
  host: string;
  port: number;
  hostKeyFolder: string;
  user: string;
  passwordSecret?: string;
  secrets: Secrets;
}

const READY_MS = 10_000;

/**
 * Comes in as the partner does, from this machine: connection, host key, and where we know the password, login and list.
 * Whose password is kept as a hash, and who has keys only, cannot be played by us.
 */
export function loginTestSteps(options: LoginTestOptions): ConnectionStep[] {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[options.host] ?? options.host;
  if (options.port === 0) return [];
  let client: Client | undefined;
  return [
    {
      name: 'tcp',
      run: () =>
        tcpStep(host, options.port)
          .run()
          .catch((cause: unknown) => {
            const text = `Nothing listens on ${host}:${options.port}. The SFTP server for mailboxes runs with the gateway (npm start); its port is TRADELANE_SFTP_PORT.`;
            throw new GatewayError('TRANSPORT_UNAVAILABLE', text, { cause });
          }),
    },
    {
      name: 'host-key',
      run: async () => {
        const known = (await openHostKeys(options.hostKeyFolder)).map(({ fingerprint }) => fingerprint);
        const seen = await hostKeyOf(host, options.port);
        if (known.includes(seen)) return `The server shows ${seen}.`;
        throw new GatewayError(
          'TRANSPORT_REJECTED',
          `Another server answers on ${host}:${options.port}: it shows ${seen}, ours has ${known.join(', ')}.`,
        );
      },
    },
    {
      name: 'login',
      run: async () => {
        const password = await knownPassword(options);
        if (password === undefined)
          return `Not tried: only ${options.user} knows the password, or has the key.`;
        client = await logIn({ ...options, host, password });
        return `Logged in as ${options.user}; the mailbox is there (${(await foldersOf(client)).join(', ')}).`;
      },
      undo: () => {
        client?.end();
        return Promise.resolve();
      },
    },
  ];
}

async function knownPassword({ passwordSecret, secrets }: LoginTestOptions): Promise<string | undefined> {
  if (passwordSecret === undefined) return undefined;
  const kept = await secrets.read(passwordSecret);
  return kept.startsWith('scrypt:') ? undefined : kept;
}

/** The key that the server shows, without a try to log in. */
function hostKeyOf(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on('error', reject);
    client.connect({
      host,
      port,
      username: 'connection-test',
      readyTimeout: READY_MS,
      hostVerifier: (key: Buffer) => {
        resolve(fingerprintOf(key));
        return false;
      },
    });
  });
}

function logIn(given: { host: string; port: number; user: string; password: string }): Promise<Client> {
  const { host, port, user, password } = given;
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.once('ready', () => resolve(client));
    client.on('error', (cause) => {
      const text = `${user} cannot log in: ${cause.message}. After wrong passwords this address has to wait; the log tells of them.`;
      reject(new GatewayError('TRANSPORT_REJECTED', text, { cause }));
    });
    client.connect({ host, port, username: user, password, readyTimeout: READY_MS });
  });
}

async function foldersOf(client: Client): Promise<string[]> {
  const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, opened) => (error === undefined ? resolve(opened) : reject(error)));
  });
  return new Promise((resolve, reject) => {
    sftp.readdir('/', (error, entries) => {
      if (error === undefined) resolve(entries.map(({ filename }) => filename).sort());
      else reject(error);
    });
  });
}
