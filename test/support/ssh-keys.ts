import ssh2 from 'ssh2';

/** A key pair of a client or a server. ssh2 makes a key now and then that it cannot read itself. */
export function makeSshKey(): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    const readable = [pair.private, pair.public].every(
      (text) => !(ssh2.utils.parseKey(text) instanceof Error),
    );
    if (readable) return pair;
  }
}
