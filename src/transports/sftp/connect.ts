import { timingSafeEqual } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { Client } from 'ssh2';
import type { AuthHandlerMiddleware, ConnectConfig } from 'ssh2';
import { GatewayError } from '../../common/errors.ts';
import { toSsh2Algorithms } from '../ssh-algorithms.ts';
import { fingerprintOf, keyTypeOf } from '../ssh-fingerprint.ts';
import { tuneCiphers, tuneSocket } from '../ssh-tuning.ts';
import { toConnectError } from './sftp-error.ts';
import type { SftpConnection, SftpCredentials } from './sftp-options.ts';
import { SftpRemote } from './sftp-remote.ts';

const KEEP_ALIVES = 3;

/** A connection that is logged in. Throws GatewayError TRANSPORT_*; SECRET_MISSING. */
export async function connect(connection: SftpConnection): Promise<SftpRemote> {
  const { host, port, user } = connection;
  const place = `${host}:${port}`;
  const credentials = await connection.readCredentials();
  const client = new Client();
  try {
    const verdict = await logIn(client, connection, {
      username: user,
      tryKeyboard: credentials.password !== undefined,
      authHandler: chooseMethods(credentials),
      ...credentials,
    });
    if (verdict !== undefined) throw verdict;
    return await SftpRemote.open(client, connection.answerMs, place);
  } catch (error) {
    client.destroy();
    throw toConnectError(error, { user, place });
  }
}

/** The host key that the server shows, as `ssh-ed25519 SHA256:…`; nobody logs in. Throws where it is none of the pinned ones. */
export async function readHostKey(connection: SftpConnection): Promise<string> {
  const client = new Client();
  let seen = '';
  try {
    const verdict = await logIn(
      client,
      connection,
      { username: connection.user, authHandler: () => false },
      (key) => {
        seen = `${keyTypeOf(key)} ${fingerprintOf(key)}`;
      },
    );
    if (verdict !== undefined) throw verdict;
    return seen;
  } catch (error) {
    // With the key exchange done, being refused without a password is what was expected.
    if (seen !== '' && !(error instanceof GatewayError)) return seen;
    throw toConnectError(error, { user: connection.user, place: `${connection.host}:${connection.port}` });
  } finally {
    client.destroy();
  }
}

/** The key first, then the password in the form that the server asks for; each once: servers lock accounts out. */
function chooseMethods({ password, privateKey }: SftpCredentials): AuthHandlerMiddleware {
  const tried = new Set<string>();
  return (left: readonly string[] | null) => {
    if (left === null) return 'none';
    const methods = [
      ...(privateKey === undefined ? [] : ['publickey']),
      ...(password === undefined ? [] : [left.includes('password') ? 'password' : 'keyboard-interactive']),
    ];
    const next = methods.find((method) => left.includes(method) && !tried.has(method));
    if (next === undefined) return false;
    tried.add(next);
    return next;
  };
}

/** Resolves when the client is ready, or with the reason why the host key is not the right one. */
function logIn(
  client: Client,
  { host, port, hostKeys, algorithms, connectMs, keepAliveMs }: SftpConnection,
  config: ConnectConfig,
  onHostKey: (key: Buffer) => void = () => undefined,
): Promise<GatewayError | undefined> {
  return new Promise((resolve, reject) => {
    let verdict: GatewayError | undefined;
    client.once('ready', () => resolve(undefined));
    // Also later errors of the connection come here; who waits for an answer hears of them by the close.
    client.on('error', (error) => {
      if (verdict === undefined) reject(error);
      else resolve(verdict);
    });
    client.once('close', () => {
      if (verdict === undefined)
        reject(new Error('the server closed the connection before the login was done'));
      else resolve(verdict);
    });
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) => {
      finish(prompts.map(() => config.password ?? ''));
    });
    const socket = connectTcp({ host, port });
    // The client hears of it too, unless it has refused its settings before it listens.
    socket.on('error', () => undefined);
    tuneSocket(socket);
    tuneCiphers(client);
    const connectClient = () =>
      client.connect({
        ...config,
        sock: socket,
        readyTimeout: connectMs,
        keepaliveInterval: keepAliveMs,
        keepaliveCountMax: KEEP_ALIVES,
        algorithms: toSsh2Algorithms(algorithms),
        hostVerifier: (key: Buffer) => {
          onHostKey(key);
          const seen = fingerprintOf(key);
          if (hostKeys.some((pinned) => isSame(pinned, seen))) return true;
          verdict = hostKeyError(`${host}:${port}`, `${keyTypeOf(key)} ${seen}`, hostKeys);
          return false;
        },
      });
    try {
      connectClient();
    } catch (error) {
      socket.destroy();
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function isSame(pinned: string, seen: string): boolean {
  const [a, b] = [Buffer.from(pinned), Buffer.from(seen)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function hostKeyError(place: string, seen: string, pinned: readonly string[]): GatewayError {
  return new GatewayError(
    'TRANSPORT_REJECTED',
    `${place} shows the host key ${seen}, which is none of the pinned ones (${pinned.join(', ')}). Nothing was sent. ` +
      'Ask the partner over another way whether it has changed its key; if so, add the new fingerprint to hostKeys.',
    { details: { seen, pinned } },
  );
}
