import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Client, Connection } from 'ssh2';

/**
 * ssh2 writes the length, the content and the tag of each packet apart, each a call of the system of its own. What is written
 * within one turn goes out together; nothing waits for the acknowledgment of what went before (Nagle's algorithm).
 */
export function tuneSocket(socket: Socket): void {
  socket.setNoDelay(true);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  const flush = () => socket.uncork();
  socket.write = (...args: unknown[]) => {
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(flush);
    }
    return write(...args);
  };
}

/**
 * ssh2 hands the bytes of a key to Node for each packet, which checks and copies them each time; a key object is made once for a
 * key exchange. Where ssh2 keeps its keys otherwise, nothing happens.
 */
export function tuneCiphers(connection: Client | Connection): void {
  (connection as Client).on('handshake', () => {
    const { _cipher, _decipher } = (connection as unknown as Internals)._protocol ?? {};
    if (_cipher !== undefined) keepAsObjects(_cipher, ['_encKey', '_macKey']);
    if (_decipher !== undefined) keepAsObjects(_decipher, ['_decipherKey', '_macKey']);
  });
}

type Keys = Partial<Record<'_encKey' | '_decipherKey' | '_macKey', Buffer | KeyObject>>;

/** The fields of ssh2 that hold the keys which it uses for each packet: of AES-GCM, and of every MAC. */
interface Internals {
  _protocol?: { _cipher?: Keys; _decipher?: Keys };
}

function keepAsObjects(keys: Keys, names: readonly (keyof Keys)[]): void {
  for (const name of names) {
    const key = keys[name];
    if (Buffer.isBuffer(key) && key.length > 0) keys[name] = createSecretKey(key);
  }
}
