import type { Algorithms } from 'ssh2';

/** What is offered in a key exchange, best first; a list that is left out is the modern one. */
export interface SshAlgorithms {
  kex: readonly string[];
  cipher: readonly string[];
  serverHostKey: readonly string[];
  hmac: readonly string[];
}

/**
 * What every server of the last ten years has. AES-GCM first: it is the fastest by far here. ChaCha20-Poly1305 is left out
 * because Node has no fast implementation for SSH's form of it, and most clients would choose it.
 */
export const MODERN_ALGORITHMS: SshAlgorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
};

/** Broken or weak, and all that some partners' servers have: only for a partner that is set so. */
export const LEGACY_ALGORITHMS: SshAlgorithms = {
  kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group-exchange-sha1', 'diffie-hellman-group1-sha1'],
  cipher: ['aes128-cbc', 'aes192-cbc', 'aes256-cbc', '3des-cbc'],
  serverHostKey: ['ssh-rsa', 'ssh-dss'],
  hmac: ['hmac-sha1-etm@openssh.com', 'hmac-sha1'],
};

/** For the configuration of ssh2, whose types name each algorithm one by one. */
export function toSsh2Algorithms({ kex, cipher, serverHostKey, hmac }: SshAlgorithms): Algorithms {
  return {
    kex: [...kex],
    cipher: [...cipher],
    serverHostKey: [...serverHostKey],
    hmac: [...hmac],
    compress: ['none'],
  } as Algorithms;
}
