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
 * ssh2 makes an AES-GCM cipher for each packet from the bytes of the key, and Node checks and copies them each time; a key
 * object is made once for a key exchange. Where ssh2 keeps its keys otherwise, nothing happens.
 */
export function tuneCiphers(connection: Client | Connection): void {
  (connection as Client).on('handshake', () => {
    const { _cipher, _decipher } = (connection as unknown as Internals)._protocol ?? {};
    if (Buffer.isBuffer(_cipher?._encKey)) _cipher._encKey = createSecretKey(_cipher._encKey);
    if (Buffer.isBuffer(_decipher?._decipherKey))
      _decipher._decipherKey = createSecretKey(_decipher._decipherKey);
  });
}

/** The fields of ssh2 that hold the keys of the native AES-GCM. */
interface Internals {
  _protocol?: {
    _cipher?: { _encKey?: Buffer | KeyObject };
    _decipher?: { _decipherKey?: Buffer | KeyObject };
  };
}
