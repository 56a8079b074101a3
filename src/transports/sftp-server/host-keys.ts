import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import ssh2 from 'ssh2';
import type { ParsedKey } from 'ssh2';
import { GatewayError } from '../../common/errors.ts';
import { fingerprintOf } from '../ssh-fingerprint.ts';

export interface HostKey {
  /** In OpenSSH's own form. */
  privateKey: string;
  /** `ssh-ed25519`, `ssh-rsa` … */
  type: string;
  fingerprint: string;
}

/** Ed25519 for all, RSA for clients that are older than that. */
const MADE: readonly { file: string; make: () => Promise<string> }[] = [
  { file: 'ed25519', make: () => generate((done) => ssh2.utils.generateKeyPair('ed25519', done)) },
  { file: 'rsa', make: () => generate((done) => ssh2.utils.generateKeyPair('rsa', { bits: 3072 }, done)) },
];

/**
 * Every private key of the folder; the first time the keys are made. A key that is to be announced to partners before it is
 * used lies elsewhere until then; during a change of keys both lie here.
 */
export async function openHostKeys(folder: string): Promise<HostKey[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const known = await readHostKeys(folder);
  if (known.length > 0) return known;
  for (const { file, make } of MADE) await writePrivately(path.join(folder, file), await make());
  return readHostKeys(folder);
}

/** The keys that are there; none before the server has run for the first time. Throws CONFIG_INVALID. */
async function readHostKeys(folder: string): Promise<HostKey[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const keys = names
    .filter((name) => !name.startsWith('.') && !name.endsWith('.pub'))
    .sort()
    .map((name) => readHostKey(path.join(folder, name)));
  return Promise.all(keys);
}

async function readHostKey(file: string): Promise<HostKey> {
  const privateKey = await readFile(file, 'utf8');
  const parsed: ParsedKey | Error = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error || !parsed.isPrivateKey()) {
    throw new GatewayError('CONFIG_INVALID', `${file} is not a private key without a passphrase.`);
  }
  return { privateKey, type: parsed.type, fingerprint: fingerprintOf(parsed.getPublicSSH()) };
}

/** ssh2 makes a key now and then that it cannot read itself: then another. */
async function generate(
  start: (done: (error: Error | null, keys: { private: string }) => void) => void,
): Promise<string> {
  for (;;) {
    const text = await new Promise<string>((resolve, reject) => {
      start((error, keys) => (error === null ? resolve(keys.private) : reject(error)));
    });
    if (!(ssh2.utils.parseKey(text) instanceof Error)) return text;
  }
}

async function writePrivately(file: string, text: string): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}`);
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
