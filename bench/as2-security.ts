import { spawnSync } from 'node:child_process';
import { createHash, createPublicKey, privateDecrypt, publicEncrypt, randomBytes, sign } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { invariant } from '../src/common/invariant.ts';
import type { Content } from '../src/transports/as2/content.ts';
import { packMessage, unpackMessage } from '../src/transports/as2/message-security.ts';
import type { ContentHeaders } from '../src/transports/as2/message-security.ts';
import { createSelfSignedCertificate } from '../src/transports/as2/self-signed-certificate.ts';
import type { Figure } from './report.ts';

const AT = '2026-01-01T00:00:00.000Z';
const SIZES: readonly { name: string; bytes: number; rounds: number; runs: number }[] = [
  { name: '10 KB', bytes: 10_000, rounds: 9, runs: 100 },
  { name: '1 MB', bytes: 1_000_000, rounds: 9, runs: 10 },
  { name: '50 MB', bytes: 50_000_000, rounds: 5, runs: 1 },
];

interface Work {
  name: string;
  /** Called before the runs of a round, outside of the time. */
  prepare?: () => void;
  run: () => unknown;
  /** Runs in a round: what is short is done so often that starting a process besides does not count. */
  runs: number;
}

/** Median milliseconds of each; they take turns, so that what the machine does besides hits all alike. */
async function medians(works: readonly Work[], rounds: number): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(works.map(({ name }) => [name, []]));
  // The first round is not counted: code is compiled, threads are started.
  for (let round = -1; round < rounds; round++)
    for (const { name, prepare, run, runs } of works) {
      prepare?.();
      const started = performance.now();
      for (let i = 0; i < runs; i++) await run();
      if (round >= 0) times.get(name)!.push((performance.now() - started) / runs);
    }
  return new Map([...times].map(([name, all]) => [name, all.sort((a, b) => a - b)[all.length >> 1]!]));
}

function openssl(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  invariant(status === 0, `openssl ${args.join(' ')}: ${stderr}`);
}

/** CMS of AS2: SHA-256 with RSA-2048, AES-256-CBC, key transport by PKCS #1 v1.5; against the openssl command and the bare RSA. */
export async function* runAs2Security(wanted: string): AsyncGenerator<Figure> {
  const cases = SIZES.filter(({ name }) => `as2 message ${name}`.includes(wanted));
  if (cases.length === 0) return;
  const folder = mkdtempSync(path.join(tmpdir(), 'tradelane-bench-'));
  try {
    for (const one of cases) yield* measureSize(folder, one);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* measureSize(
  folder: string,
  { name, bytes, rounds, runs }: (typeof SIZES)[number],
): AsyncGenerator<Figure> {
  const [us, partner] = ['us', 'partner'].map((commonName) =>
    createSelfSignedCertificate({ commonName, from: AT, days: 3000 }),
  ) as [ReturnType<typeof createSelfSignedCertificate>, ReturnType<typeof createSelfSignedCertificate>];
  const file = (part: string): string => path.join(folder, part);
  writeFileSync(file('us.key'), us.key.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(file('us.crt'), us.certificate.pem);
  writeFileSync(file('partner.key'), partner.key.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(file('partner.crt'), partner.certificate.pem);
  const payload = Buffer.concat([
    Buffer.from('Content-Type: application/edifact\r\n\r\n'),
    randomBytes(bytes),
  ]);
  writeFileSync(file('payload'), payload);
  const content: Content =
    bytes > 2 ** 20 ? { path: file('payload'), start: 0, end: payload.length } : payload;

  const work = file('work');
  const emptyWork = (): void => {
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work);
  };
  const pack = (): ReturnType<typeof packMessage> =>
    packMessage([{ content, contentType: 'application/edifact' }], {
      compress: 'none',
      sign: { ...partner, digest: 'sha256', scheme: 'rsa', at: AT },
      encrypt: { recipients: [us.certificate], cipher: 'aes256', keyTransport: 'pkcs1' },
      folder: work,
    });
  const unpack = async (headers: ContentHeaders, body: Content): Promise<void> => {
    const outcome = await unpackMessage(
      { 'content-type': headers['Content-Type'] },
      body,
      { decryption: [us], verification: [partner.certificate] },
      {
        policy: { mustBeSigned: true, mustBeEncrypted: true, digests: ['sha256'], ciphers: ['aes256'] },
        micDigests: ['sha256'],
        folder: work,
      },
    );
    invariant(outcome.ok, 'The message was refused');
  };
  emptyWork();
  const packed = await packMessageInto(file('packed'), pack);
  const digest = createHash('sha256').update('x').digest();
  const wrapped = publicEncrypt({ key: createPublicKey(us.key), padding: 1 }, randomBytes(32));
  const withOpenssl = spawnSync('openssl', ['version']).status === 0;

  const times = await medians(
    [
      { name: 'sign+encrypt', prepare: emptyWork, run: pack, runs },
      { name: 'decrypt+verify', prepare: emptyWork, run: () => unpack(packed.headers, packed.body), runs },
      { name: 'RSA sign', run: () => void sign('sha256', digest, partner.key), runs: 100 },
      {
        name: 'RSA decrypt',
        run: () => void privateDecrypt({ key: us.key, padding: 1 }, wrapped),
        runs: 100,
      },
      ...(withOpenssl ? opensslWorks(file) : []),
    ],
    rounds,
  );
  for (const [own, rsa, command] of [
    ['sign+encrypt', 'RSA sign', 'openssl sign+encrypt'],
    ['decrypt+verify', 'RSA decrypt', 'openssl decrypt+verify'],
  ] as const) {
    const value = times.get(own)!;
    const other = times.get(command);
    yield {
      suite: 'transports',
      case: `as2 message ${name}`,
      work: own,
      value,
      unit: 'ms',
      ratios: {
        ...(other === undefined ? {} : { 'openssl command': other / value }),
        'one RSA-2048 private operation': times.get(rsa)! / value,
      },
    };
  }
}

/** The packed message outside of the folder that is emptied between runs. */
async function packMessageInto(
  target: string,
  pack: () => ReturnType<typeof packMessage>,
): Promise<{ headers: ContentHeaders; body: Content }> {
  const { headers, body } = await pack();
  if (body instanceof Uint8Array) return { headers, body };
  copyFileSync(body.path, target);
  return { headers, body: { ...body, path: target } };
}

function opensslWorks(file: (part: string) => string): Work[] {
  return [
    {
      name: 'openssl sign+encrypt',
      runs: 1,
      run: () => {
        openssl(
          ...[
            'cms',
            '-sign',
            '-binary',
            '-outform',
            'DER',
            '-md',
            'sha256',
            '-nodetach',
            '-in',
            file('payload'),
          ],
          ...['-signer', file('partner.crt'), '-inkey', file('partner.key'), '-out', file('signed')],
        );
        openssl(
          ...['cms', '-encrypt', '-binary', '-outform', 'DER', '-aes-256-cbc', '-in', file('signed')],
          ...['-recip', file('us.crt'), '-out', file('encrypted')],
        );
      },
    },
    {
      name: 'openssl decrypt+verify',
      runs: 1,
      run: () => {
        openssl(
          ...[
            'cms',
            '-decrypt',
            '-binary',
            '-inform',
            'DER',
            '-in',
            file('encrypted'),
            '-recip',
            file('us.crt'),
          ],
          ...['-inkey', file('us.key'), '-out', file('decrypted')],
        );
        openssl(
          ...[
            'cms',
            '-verify',
            '-binary',
            '-inform',
            'DER',
            '-in',
            file('decrypted'),
            '-noverify',
            '-nointern',
          ],
          ...['-certfile', file('partner.crt'), '-out', file('verified')],
        );
      },
    },
  ];
}
