import { createHash } from 'node:crypto';

/** `SHA256:…` of a public key in SSH's own form, as OpenSSH and everybody else shows it. */
export function fingerprintOf(publicKey: Uint8Array): string {
  const digest = createHash('sha256').update(publicKey).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/** `ssh-ed25519`, `ssh-rsa` …: the first field of a public key in SSH's own form. */
export function keyTypeOf(publicKey: Uint8Array): string {
  const bytes = Buffer.from(publicKey);
  return bytes.length < 4 ? '?' : bytes.toString('latin1', 4, 4 + Math.min(bytes.readUInt32BE(0), 64));
}
