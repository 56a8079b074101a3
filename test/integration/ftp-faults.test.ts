import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { InboundFile, PollReport } from '../../src/pipeline/ports/transport.ts';
import { openFtpFixture } from '../transports/ftp/ftp-fixture.ts';
import type { FtpFixture } from '../transports/ftp/ftp-fixture.ts';
import { TestAuthority } from '../support/certificates.ts';
import type { TestCertificate } from '../support/certificates.ts';
import { findProgram, signal, startFtpServer } from '../support/ftp-servers.ts';
import type { FtpServer, FtpServerKind, FtpServerOptions } from '../support/ftp-servers.ts';
import { inMemory } from '../support/content.ts';

const all = ['vsftpd', 'proftpd', 'pure-ftpd'] as const;
const available = process.getuid?.() === 0 && all.every((name) => findProgram(name) !== undefined);
const suite = available ? describe : describe.skip;
const LARGE = Buffer.alloc(40_000_000, 'x');
const file = { name: '850-1.edi', bytes: Buffer.from('ISA*00*'), key: 'send/1' };

let authority: TestAuthority;
let certificate: TestCertificate;
const open: { fixture?: FtpFixture; servers: FtpServer[] } = { servers: [] };

async function start(kind: FtpServerKind, options: Partial<FtpServerOptions> = {}): Promise<FtpServer> {
  const server = await startFtpServer(kind, { tls: 'none', certificate, ...options });
  open.servers.push(server);
  return server;
}

function connect(
  server: FtpServer,
  settings: Record<string, unknown> = {},
  tls: FtpServerOptions['tls'] = 'none',
) {
  open.fixture = openFtpFixture(server, tls, {
    settings,
    secrets: { ca: authority.pem, 'wrong-password': 'wrong' },
  });
  return open.fixture;
}

/** Waits for something that the server does; the test's own time-out ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** True while a session has the file open. */
function isReading(server: FtpServer, path: string): boolean {
  return server.sessions().some((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some(
        (descriptor) => readlinkSync(`/proc/${pid}/fd/${descriptor}`) === join(server.root, path),
      );
    } catch {
      return false;
    }
  });
}

async function pollAll(fixture: FtpFixture): Promise<{ files: InboundFile[]; report: PollReport }> {
  const files: InboundFile[] = [];
  const report = await fixture.poll((received) => {
    files.push(received);
    return Promise.resolve();
  });
  return { files, report };
}

async function stepsOf(fixture: FtpFixture): Promise<string[]> {
  const steps: string[] = [];
  for await (const step of fixture.channel.test()) steps.push(`${step.name} ${step.ok ? 'ok' : step.text}`);
  return steps;
}

suite('FTP faults', () => {
  beforeAll(() => {
    authority = new TestAuthority();
    certificate = authority.issue('ftp.partner.example');
  });
  afterAll(() => {
    authority.dispose();
  });
  beforeEach(() => {
    open.servers = [];
  });
  afterEach(async () => {
    await open.fixture?.dispose();
    delete open.fixture;
    for (const server of open.servers) await server.stop();
  });

  describe('what the other side breaks off', () => {
    test.each(all)(
      '%s killed in the middle of an upload: no file appears, the retry delivers it once',
      async (kind) => {
        const server = await start(kind, { slow: true });
        const fixture = connect(server);
        const sending = fixture.channel.send({ ...file, bytes: LARGE });
        const failed = expect(sending).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
        await until(() => readdirSync(join(server.root, 'in')).length > 0);
        for (const pid of [server.process.pid!, ...server.sessions()]) signal(pid, 'SIGKILL');
        await failed;
        expect((await fixture.partnerSees()).map(({ name }) => name)).not.toContain(file.name);
        expect((await fixture.partnerSees()).every(({ name }) => name.endsWith('.part'))).toBe(true);
      },
    );

    test('a session killed in the middle of an upload is opened again by the retry, which delivers once', async () => {
      const server = await start('proftpd', { slow: true });
      const fixture = connect(server);
      const sending = fixture.channel.send({ ...file, bytes: LARGE });
      const failed = expect(sending).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
      await until(() => readdirSync(join(server.root, 'in')).length > 0);
      for (const pid of server.sessions()) signal(pid, 'SIGKILL');
      await failed;
      // The retry has the key and the bytes of the first attempt; smaller here, for the slow server.
      await fixture.channel.send(file);
      expect((await fixture.partnerSees()).filter(({ name }) => name === file.name)).toEqual([
        { name: file.name, bytes: file.bytes },
      ]);
    });

    test('a session killed in the middle of a pickup: nothing is handed over, the next poll does it', async () => {
      const server = await start('proftpd', { slow: true });
      const fixture = connect(server);
      await fixture.partnerPuts('large.edi', LARGE);
      await fixture.channel.poll(() => Promise.reject(new Error('not stable yet')));
      fixture.time.advance(11_000);
      const polling = fixture.channel.poll(() => Promise.reject(new Error('must not be received')));
      const failed = expect(polling).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
      await until(() => isReading(server, 'out/large.edi'));
      for (const pid of server.sessions()) signal(pid, 'SIGKILL');
      await failed;
      server.put('out/large.edi', file.bytes);
      const { files } = await pollAll(fixture);
      expect(files.map(({ bytes }) => Buffer.from(inMemory(bytes)).toString())).toEqual(['ISA*00*']);
    });

    test('proftpd breaks off when a file has gone before it is fetched: the others are taken all the same', async () => {
      const server = await start('proftpd');
      const fixture = connect(server);
      for (const name of ['a.edi', 'b.edi', 'c.edi']) await fixture.partnerPuts(name, Buffer.from(name));
      await fixture.channel.poll(() => Promise.reject(new Error('not stable yet')));
      fixture.time.advance(11_000);
      const names: string[] = [];
      await fixture.channel.poll(({ name }) => {
        names.push(name);
        // Somebody else takes the next one away between our list and our fetch.
        if (name === 'a.edi') server.remove('out/b.edi');
        return Promise.resolve();
      });
      expect(names).toEqual(['a.edi', 'c.edi']);
      expect(await fixture.partnerHasLeft()).toEqual([]);
    });

    test('a process that ends between receiving a file and taking it away hands it over again under the same key', async () => {
      const server = await start('proftpd');
      const fixture = connect(server);
      await fixture.partnerPuts('a.edi', Buffer.from('ISA'));
      const keys: string[] = [];
      const cutOff = fixture.poll(({ sourceKey }) => {
        keys.push(sourceKey);
        for (const pid of server.sessions()) signal(pid, 'SIGKILL');
        return Promise.resolve();
      });
      await expect(cutOff).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
      await fixture.reopen();
      const { files } = await pollAll(fixture);
      expect(files.map(({ sourceKey }) => sourceKey)).toEqual(keys);
      expect(await fixture.partnerHasLeft()).toEqual([]);
    });

    test('the server closes idle connections: the next use opens one', async () => {
      const server = await start('proftpd', { extra: ['TimeoutIdle 1'] });
      const fixture = connect(server);
      await fixture.channel.send(file);
      await until(() => server.sessions().length === 0);
      await fixture.channel.send({ ...file, name: '850-2.edi', key: 'send/2' });
      expect(await fixture.partnerSees()).toHaveLength(2);
    });
  });

  test.each(all)(
    '%s frozen: every call ends by its time-out, and works again when it goes on',
    async (kind) => {
      const server = await start(kind);
      const fixture = connect(server, { timeouts: { commandSeconds: 1, operationSeconds: 3 } });
      await fixture.channel.send(file);
      for (const pid of [server.process.pid!, ...server.sessions()]) signal(pid, 'SIGSTOP');
      await expect(fixture.channel.send({ ...file, key: 'send/2', name: '850-2.edi' })).rejects.toMatchObject(
        {
          code: 'TRANSPORT_UNAVAILABLE',
          message: expect.stringMatching(/time|within/i),
        },
      );
      await expect(fixture.channel.poll(() => Promise.resolve())).rejects.toMatchObject({
        code: 'TRANSPORT_UNAVAILABLE',
      });
      for (const pid of [server.process.pid!, ...server.sessions()]) signal(pid, 'SIGCONT');
      await fixture.channel.send({ ...file, key: 'send/2', name: '850-2.edi' });
      expect(await fixture.partnerSees()).toHaveLength(2);
    },
  );

  test('a full quota: nothing appears, and room lets the retry through', async () => {
    const server = await start('pure-ftpd', { quotaMegabytes: 2 });
    const fixture = connect(server);
    await fixture.channel.send({ name: 'first.edi', bytes: Buffer.alloc(1_500_000), key: 'send/0' });
    const second = { ...file, bytes: Buffer.alloc(1_000_000, 'y') };
    await expect(fixture.channel.send(second)).rejects.toMatchObject({
      code: 'TRANSPORT_UNAVAILABLE',
    });
    expect((await fixture.partnerSees()).map(({ name }) => name)).not.toContain(file.name);
    await fixture.partnerTakes('first.edi');
    rmSync(join(server.root, '.ftpquota'), { force: true });
    await fixture.channel.send(second);
    expect(await fixture.partnerSees()).toEqual([{ name: file.name, bytes: second.bytes }]);
  });

  describe('who is on the other side', () => {
    const explicit = { tls: 'explicit' as const };

    test('an authority that is not ours is refused before the password is sent', async () => {
      const server = await start('proftpd', explicit);
      const fixture = connect(server, {}, 'explicit');
      await expect(fixture.channel.send(file)).rejects.toMatchObject({
        code: 'TRANSPORT_UNAVAILABLE',
        message: expect.stringMatching(/authority|not trusted/),
      });
      const steps = await stepsOf(fixture);
      expect(steps.map((step) => step.split(' ')[0])).toEqual(['dns', 'tcp', 'tls']);
      expect(steps[2]).toMatch(/authority|not trusted/);
    });

    test('an expired certificate is refused, and named as expired', async () => {
      const expired = authority.issue('expired.partner.example', { expired: true });
      const server = await start('proftpd', { ...explicit, certificate: expired });
      const fixture = connect(server, { authority: { secret: 'ca' } }, 'explicit');
      await expect(fixture.channel.send(file)).rejects.toThrow('expired');
    });

    test('a certificate for another host is refused', async () => {
      const other = authority.issue('elsewhere.example', { hosts: 'DNS:elsewhere.example' });
      const server = await start('proftpd', { ...explicit, certificate: other });
      const fixture = connect(server, { authority: { secret: 'ca' } }, 'explicit');
      await expect(fixture.channel.send(file)).rejects.toThrow('another host name');
    });

    test.each(['vsftpd', 'proftpd', 'pure-ftpd'] as const)(
      'a pinned certificate needs no authority: %s',
      async (kind) => {
        const server = await start(kind, explicit);
        const fixture = connect(server, { fingerprints: [certificate.fingerprint] }, 'explicit');
        await fixture.channel.send(file);
        expect(await fixture.partnerSees()).toHaveLength(1);
        expect((await stepsOf(fixture)).map((step) => step.split(' ').slice(0, 2).join(' '))).toEqual(
          ['dns', 'tcp', 'tls', 'login', 'list', 'write', 'rename', 'delete'].map((name) => `${name} ok`),
        );
      },
    );

    test('any other certificate than the pinned one is refused, with its fingerprint', async () => {
      const pinned = authority.issue('before.partner.example');
      const server = await start('proftpd', explicit);
      const fixture = connect(server, { fingerprints: [pinned.fingerprint] }, 'explicit');
      await expect(fixture.channel.send(file)).rejects.toThrow(certificate.fingerprint);
    });

    test('the test shows the certificate', async () => {
      const server = await start('vsftpd', { tls: 'implicit' });
      const fixture = connect(server, { authority: { secret: 'ca' } }, 'implicit');
      const shown: string[] = [];
      for await (const { name, text } of fixture.channel.test()) if (name === 'tls') shown.push(text);
      expect(shown.join()).toContain(certificate.fingerprint);
    });

    test('a server that wants our certificate gets it', async () => {
      const ours = authority.issue('gateway.example');
      const server = await start('proftpd', {
        ...explicit,
        extra: ['TLSVerifyClient on', `TLSCACertificateFile ${authority.file}`],
      });
      const settings = { authority: { secret: 'ca' } };
      const without = connect(server, settings, 'explicit');
      await expect(without.channel.send(file)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
      await without.dispose();
      open.fixture = openFtpFixture(server, 'explicit', {
        settings: {
          ...settings,
          clientCertificate: { certificate: { secret: 'our-certificate' }, key: { secret: 'our-key' } },
        },
        secrets: { ca: authority.pem, 'our-certificate': ours.pem, 'our-key': ours.keyPem },
      });
      await open.fixture.channel.send(file);
      expect(await open.fixture.partnerSees()).toHaveLength(1);
    });

    test('a wrong password is for a person, not for a retry', async () => {
      const server = await start('proftpd');
      const fixture = connect(server, { password: { secret: 'wrong-password' } });
      await expect(fixture.channel.send(file)).rejects.toMatchObject({
        code: 'TRANSPORT_REJECTED',
        message: expect.stringContaining('password'),
      });
      expect((await stepsOf(fixture)).at(-1)).toMatch(/^login .*password/);
    });
  });

  describe('what the partner has not finished', () => {
    test('an upload that was cut off is never picked up while it grows, and not under a temporary name', async () => {
      const server = await start('proftpd');
      const fixture = connect(server);
      await fixture.partnerPuts('half.edi.filepart', Buffer.from('ISA*'));
      await fixture.partnerPuts('growing.edi', Buffer.from('ISA*'));
      for (let size = 5; size < 10; size += 1) {
        const report = await fixture.channel.poll(() => Promise.reject(new Error('must not be received')));
        expect(report).toEqual({ received: 0, waiting: 2, refused: [] });
        fixture.time.advance(11_000);
        await fixture.partnerPuts('growing.edi', Buffer.alloc(size, 'x'));
      }
    });

    test('with a marker a file is taken when its marker is there, and both go', async () => {
      const server = await start('vsftpd');
      const fixture = connect(server, { marker: '{name}.done' });
      await fixture.partnerPuts('a.edi', Buffer.from('a'));
      await fixture.partnerPuts('b.edi', Buffer.from('b'));
      await fixture.partnerPuts('b.edi.done', Buffer.from(''));
      const { files, report } = await pollAll(fixture);
      expect(files.map(({ name }) => name)).toEqual(['b.edi']);
      expect(report.waiting).toBe(1);
      expect(await fixture.partnerHasLeft()).toEqual(['a.edi']);
    });

    test('received files are moved where the partner wants them, none over another', async () => {
      const server = await start('pure-ftpd');
      const fixture = connect(server, { doneFolder: 'out/done' });
      server.makeFolder('out/done');
      server.put('out/done/a.edi', Buffer.from('of yesterday'));
      await fixture.partnerPuts('a.edi', Buffer.from('of today'));
      expect((await pollAll(fixture)).files).toHaveLength(1);
      const done = join(server.root, 'out/done');
      expect(readdirSync(done).sort()).toEqual(['a-2.edi', 'a.edi']);
      expect(readFileSync(join(done, 'a-2.edi'), 'utf8')).toBe('of today');
    });

    test('files beyond the limit are put aside unread, and only names of the patterns are taken', async () => {
      const server = await start('proftpd');
      const fixture = connect(server, { maxFileBytes: 10, patterns: ['*.edi', '*.x12'] });
      await fixture.partnerPuts('large.edi', Buffer.from('12345678901'));
      await fixture.partnerPuts('small.X12', Buffer.from('1234567890'));
      await fixture.partnerPuts('readme.txt', Buffer.from('read me'));
      const { files, report } = await pollAll(fixture);
      expect(files.map(({ name }) => name)).toEqual(['small.X12']);
      expect(report.refused).toMatchObject([
        { name: 'large.edi', reason: expect.stringContaining('at most 10') },
      ]);
      expect(await fixture.rejected()).toMatchObject([{ name: 'large.edi' }]);
      expect(await fixture.partnerHasLeft()).toEqual(['readme.txt']);
    });
  });

  test('allowed to, a file of the same name is replaced', async () => {
    const server = await start('proftpd');
    const fixture = connect(server, { overwrite: true });
    await fixture.channel.send(file);
    await fixture.channel.send({ ...file, bytes: Buffer.from('newer'), key: 'send/2' });
    expect(await fixture.partnerSees()).toEqual([{ name: file.name, bytes: Buffer.from('newer') }]);
  });

  test('a server that does not answer at all', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const server = await start('proftpd');
    const fixture = connect(server, {
      port: typeof address === 'object' && address !== null ? address.port : 0,
      timeouts: { commandSeconds: 1 },
    });
    await expect(fixture.channel.send(file)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
    silent.close();
  });
});
