/** Kinds of keys that may log in, with the parts of each behind its name. */
const PARTS: ReadonlyMap<string, number> = new Map([
  ['ssh-ed25519', 1],
  ['ssh-rsa', 2],
  ['ecdsa-sha2-nistp256', 2],
  ['ecdsa-sha2-nistp384', 2],
  ['ecdsa-sha2-nistp521', 2],
]);

/** True for a whole line of `authorized_keys` without options: kind, Base64 of kind and parts (RFC 4253, 6.6), comment. */
export function isPublicKey(line: string): boolean {
  const [kind = '', base64 = ''] = line.split(' ');
  const blob = Buffer.from(base64, 'base64');
  const strings: string[] = [];
  for (let at = 0; at < blob.length;) {
    if (at + 4 > blob.length) return false;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return false;
    strings.push(blob.toString('latin1', at + 4, end));
    at = end;
  }
  return strings[0] === kind && strings.length - 1 === PARTS.get(kind);
}
