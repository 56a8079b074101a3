import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { As2Peer, freePort } from '../support/as2-peer.ts';
import { Installation } from '../support/installation.ts';

const missing = As2Peer.missing();
if (missing !== undefined) process.stderr.write(`as2 receiving: skipped, ${missing}\n`);

const ROOT = path.resolve(import.meta.dirname, '../..');

const ANYTHING = `accept:
      signed: false
      encrypted: false
      digests: [sha1, sha224, sha256, sha384, sha512]
      ciphers: [3des, aes128, aes192, aes256, aes128-gcm, aes192-gcm, aes256-gcm]`;

const company = (as2Port: number) => `company: Test
currency: USD
identities: { x12: [{ qualifier: ZZ, id: GW }] }
as2:
  id: GW
  url: http://127.0.0.1:${as2Port}/as2
  certificates: [{ certificate: { file: pki/gw.crt }, key: { file: pki/gw.key } }]
`;

/** The peer's settings have a certificate to encrypt for; what it signs with is known by its authority alone. */
const AUTHORITY = `trust:
      anchors: [{ file: pki/ca.crt }]
      authorities: [{ file: pki/inter.crt }]
      newCertificates: anySubject`;

const partner = (accept: string) => `partner: peer
name: Peer
accounts: { supplierId: PEER }
currency: USD
x12: { identities: [{ qualifier: ZZ, id: PEER }] }
channels:
  - type: as2
    url: http://127.0.0.1:1/as2
    ids: { theirs: PEER }
    certificates:
      - certificate: { file: pki/peer.crt }
      - { certificate: { file: pki/peer-ec.crt }, uses: [sign] }
    theirReceipts: { privateAddresses: true }
    ${accept}
documents: {}
`;

(missing === undefined ? describe : describe.skip)('a foreign partner sends to a running gateway', () => {
  let peer: As2Peer;
  let folder: string;
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    peer = await As2Peer.create();
    folder = await mkdtemp(path.join(tmpdir(), 'as2-gateway-'));
  }, 120_000);

  afterAll(async () => {
    await Promise.all(
      running.map(
        (child) =>
          new Promise((resolve) => {
            child.once('exit', resolve);
            child.kill('SIGTERM');
          }),
      ),
    );
    await peer.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts a gateway in a process of its own, on an installation of its own. */
  async function start(
    name: string,
    accept: string,
  ): Promise<{ installation: Installation; address: string[] }> {
    const home = path.join(folder, name);
    await mkdir(path.join(home, 'partners', 'peer'), { recursive: true });
    cpSync(path.join(ROOT, 'maps'), path.join(home, 'maps'), { recursive: true });
    cpSync(path.join(peer.folder, 'pki'), path.join(home, 'pki'), { recursive: true });
    const [port, as2Port, ownPort] = [await freePort(), await freePort(), await freePort()];
    await writeFile(path.join(home, 'partners', 'company.yaml'), company(as2Port));
    await writeFile(path.join(home, 'partners', 'peer', 'partner.yaml'), partner(accept));
    const variables = {
      TRADELANE_HOME: home,
      TRADELANE_PORT: String(port),
      TRADELANE_AS2_PORT: String(as2Port),
    };
    const main = path.join(ROOT, 'src', 'main.ts');
    const child = spawn(process.execPath, [main, 'start'], {
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.push(child);
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the gateway has ended with ${code ?? '?'}`)));
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('is running')) resolve();
      });
    });
    const installation = new Installation(home, port, { main });
    return {
      installation,
      address: ['--url', `http://127.0.0.1:${as2Port}/as2`, '--listen', String(ownPort)],
    };
  }

  async function filesOf(installation: Installation): Promise<number> {
    let count = 0;
    let after = '';
    do {
      const page = (await installation.get(`/files?direction=inbound&limit=100${after}`)) as {
        records: unknown[];
        next?: string;
      };
      count += page.records.length;
      after = page.next === undefined ? '' : `&after=${encodeURIComponent(page.next)}`;
    } while (after !== '');
    return count;
  }

  test('every combination of signature, encryption, compression and receipt; every legal form on the wire; every attack', async () => {
    const { installation, address } = await start('lenient', ANYTHING);
    const wire = await peer.run('wire', ...address, '--with-ec');
    expect(wire).toMatchObject({ status: 0, summary: '73 passed, 0 failed' });
    // One message of the suite holds two files.
    expect(await filesOf(installation)).toBe(74);
    const negative = await peer.run('negative', ...address);
    expect(negative).toMatchObject({ status: 0, summary: '20 passed, 0 failed' });
    // The message that comes twice, and the one after a broken connection; nothing else.
    expect(await filesOf(installation)).toBe(76);
    const matrix = await peer.run('matrix', ...address, '--engine', 'raw');
    expect(matrix).toMatchObject({ status: 0, summary: '400 passed, 0 failed' });
    expect(await filesOf(installation)).toBe(476);
  }, 600_000);

  test('where the agreement says signed and encrypted, nothing less is taken', async () => {
    const { installation, address } = await start('strict', '');
    const negative = await peer.run('negative', ...address, '--secure');
    expect(negative).toMatchObject({ status: 0, summary: '23 passed, 0 failed' });
    expect(await filesOf(installation)).toBe(2);
  }, 120_000);

  test('a certificate that is not in the settings counts by its authority, and by no other', async () => {
    const { installation, address } = await start('authority', AUTHORITY);
    const pki = path.join(peer.folder, 'pki');
    const file = path.join(peer.folder, 'order.edi');
    await writeFile(file, "UNB+UNOC:3+A+B+260302:0800+1'UNZ+0+1'");
    const send = (name: string) =>
      peer.run(
        ...['send', ...address, '--file', file, '--sign', 'sha256', '--enc', 'aes256'],
        ...['--mdn', 'sync', '--mdn-md', 'sha256'],
        ...['--key', path.join(pki, `${name}.key`), '--cert', path.join(pki, `${name}.crt`)],
      );
    expect((await send('peer-ca')).output).toContain('processed');
    expect(await filesOf(installation)).toBe(1);
    expect((await send('stranger')).output).toContain('authentication-failed');
    // In the settings, but not of that authority.
    expect((await send('peer')).output).toContain('authentication-failed');
    expect(await filesOf(installation)).toBe(1);
  }, 120_000);

  test('a refused message is told to a person with its reason, and to the partner without', async () => {
    const { installation, address } = await start('refusing', '');
    await peer.run('negative', ...address, '--only', 'signed by a stranger');
    const { records } = (await installation.get('/exceptions')) as {
      records: { type: string; detail: string }[];
    };
    const refusals = records.filter(({ type }) => type === 'MESSAGE_REFUSED');
    expect(refusals).toMatchObject([{ detail: expect.stringContaining('authentication-failed') }]);
  }, 120_000);
});
