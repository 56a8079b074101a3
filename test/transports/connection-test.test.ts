import { X509Certificate } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../src/common/errors.ts';
import type { ChannelTestStep } from '../../src/pipeline/ports/transport.ts';
import { dnsStep, runSteps, tcpStep, tlsStep } from '../../src/transports/connection-test.ts';
import type { ConnectionStep } from '../../src/transports/connection-test.ts';
import { createSelfSignedCertificate } from '../../src/transports/as2/self-signed-certificate.ts';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

async function listen(): Promise<number> {
  server = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function all(steps: Iterable<ConnectionStep>): Promise<ChannelTestStep[]> {
  const outcomes: ChannelTestStep[] = [];
  for await (const outcome of runSteps(steps)) outcomes.push(outcome);
  return outcomes;
}

describe('steps', () => {
  const step = (name: string, log: string[], fails = false): ConnectionStep => ({
    name,
    run: () => {
      log.push(name);
      return fails
        ? Promise.reject(new GatewayError('TRANSPORT_REJECTED', `${name} is refused.`))
        : Promise.resolve('Done.');
    },
    undo: () => {
      log.push(`undo ${name}`);
      return Promise.resolve();
    },
  });

  test('run in order up to the first that fails, and are undone in reverse', async () => {
    const log: string[] = [];
    const outcomes = await all([step('login', log), step('write', log, true), step('delete', log)]);
    expect(outcomes).toEqual([
      { name: 'login', ok: true, text: 'Done.', durationMs: expect.any(Number) },
      { name: 'write', ok: false, text: 'write is refused.', durationMs: expect.any(Number) },
    ]);
    expect(log).toEqual(['login', 'write', 'undo write', 'undo login']);
  });

  test('are undone too when nobody listens to the end, and an undo that fails hides nothing', async () => {
    const log: string[] = [];
    const broken = { ...step('write', log), undo: () => Promise.reject(new Error('gone')) };
    for await (const { name } of runSteps([step('login', log), broken, step('list', log)])) {
      if (name === 'write') break;
    }
    expect(log).toEqual(['login', 'write', 'undo login']);
  });
});

describe('the network', () => {
  test('a name that DNS does not know', async () => {
    const [outcome] = await all([dnsStep('no-such-host.invalid')]);
    expect(outcome).toMatchObject({ name: 'dns', ok: false, text: expect.stringMatching(/DNS|name server/) });
    expect(await all([dnsStep('127.0.0.1')])).toMatchObject([{ ok: true, text: '127.0.0.1 is an address.' }]);
    expect(await all([dnsStep('localhost')])).toMatchObject([
      { ok: true, text: expect.stringMatching(/127\.|::1/) },
    ]);
  });

  test('a port on which something listens, and one on which nothing does', async () => {
    const port = await listen();
    expect(await all([tcpStep('127.0.0.1', port)])).toMatchObject([
      { name: 'tcp', ok: true, text: `Connected to 127.0.0.1 port ${port}.` },
    ]);
    await new Promise((resolve) => server!.close(resolve));
    server = undefined;
    expect(await all([tcpStep('127.0.0.1', port)])).toMatchObject([
      {
        ok: false,
        text: 'Nothing listens there: check host and port, and that the partner’s server runs (ECONNREFUSED).',
      },
    ]);
  });
});

describe('TLS', () => {
  const from = new Date(Date.now() - 86_400_000).toISOString();
  const make = (commonName: string, days = 30) => {
    const { key, certificate } = createSelfSignedCertificate({ commonName, keyType: 'ec', from, days });
    return {
      key: key.export({ type: 'pkcs8', format: 'pem' }),
      cert: certificate.pem,
      x509: new X509Certificate(certificate.pem),
    };
  };

  async function serve({ key, cert }: { key: string | Buffer; cert: string }): Promise<number> {
    server = createTlsServer({ key, cert }, (socket) => socket.on('error', () => undefined));
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  const outcomeOf = async (options: Omit<Parameters<typeof tlsStep>[0], 'host'>) =>
    (await all([tlsStep({ host: '127.0.0.1', connection: { servername: 'edi.example' }, ...options })]))[0]!;

  test('a trusted certificate is shown with its names, end and fingerprint', async () => {
    const own = make('edi.example');
    const port = await serve(own);
    const connection = { servername: 'edi.example', ca: own.cert };
    const outcome = await outcomeOf({ port, connection });
    expect(outcome).toMatchObject({ name: 'tls', ok: true });
    expect(outcome.text).toContain(`TLSv1.3, certificate of edi.example from edi.example, valid until `);
    expect(outcome.text).toContain(own.x509.fingerprint256);
  });

  test('one that is not trusted is refused, and shown nevertheless', async () => {
    const own = make('edi.example');
    const outcome = await outcomeOf({ port: await serve(own) });
    expect(outcome.ok).toBe(false);
    expect(outcome.text).toContain('self-signed and not trusted');
    expect(outcome.text).toContain(own.x509.fingerprint256);
  });

  test('a pinned one is right whoever issued it, and no other is', async () => {
    const own = make('another.example');
    const port = await serve(own);
    expect(await outcomeOf({ port, fingerprints: [own.x509.fingerprint256] })).toMatchObject({ ok: true });
    const outcome = await outcomeOf({ port, fingerprints: [make('edi.example').x509.fingerprint256] });
    expect(outcome).toMatchObject({ ok: false, text: expect.stringContaining('none of those') });
  });

  test.each([
    ['for another host', 'other.example', 30, 'for another host name'],
    ['that has expired', 'edi.example', 0.5, 'has expired'],
  ])('one %s is refused with the reason', async (_case, commonName, days, reason) => {
    const own = make(commonName, days);
    const connection = { servername: 'edi.example', ca: own.cert };
    const outcome = await outcomeOf({ port: await serve(own), connection });
    expect(outcome).toMatchObject({ ok: false, text: expect.stringContaining(reason) });
  });

  test('a server that speaks no TLS, and one that says nothing', async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('220 plain FTP here\r\n'));
    });
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await outcomeOf({ port })).toMatchObject({
      ok: false,
      text: expect.stringContaining('does not speak TLS'),
    });
    await new Promise((resolve) => server!.close(resolve));
    expect(await outcomeOf({ port: await listen(), timeoutMs: 50 })).toMatchObject({
      ok: false,
      text: expect.stringContaining('No answer in time'),
    });
  });
});
