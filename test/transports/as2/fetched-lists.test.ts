import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { instantMs, toInstant } from '../../../src/common/calendar.ts';
import { FetchedLists } from '../../../src/transports/as2/trust/fetched-lists.ts';
import { readTrustMaterial } from '../../../src/transports/as2/trust/trust-material.ts';
import { CertificateAuthority } from '../../support/certificate-authority.ts';
import { hasOpenssl } from '../../support/openssl.ts';
import { AT } from './trust-fixture.ts';

const suite = hasOpenssl ? describe : describe.skip;
const HOUR_MS = 3_600_000;

suite('a revocation list of an address in the settings', () => {
  const authority = new CertificateAuthority('Root');
  afterAll(() => authority.close());

  let folder: string;
  let server: Server;
  let url: string;
  let nowMs: number;
  let calls: string[];
  let answer: RequestListener;
  const clock = { now: () => toInstant(nowMs) };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tradelane-lists-'));
    nowMs = instantMs(AT);
    calls = [];
    server = createServer((request, response) => {
      calls.push(request.url ?? '');
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/root.crl`;
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const serve = (list: string): void => {
    answer = (_request, response) => response.end(list);
  };
  const open = () => new FetchedLists(folder, clock);
  const get = (lists: FetchedLists, privateAddresses = true) => lists.get({ url, privateAddresses }, 6);

  test('is fetched once, kept over a restart without network, and renewed in time', async () => {
    serve(authority.list({ to: '2026-03-03' }));
    const lists = open();
    const [first, second] = await Promise.all([get(lists), get(lists)]);
    expect(first.list).toMatchObject({ source: url, nextUpdate: '2026-03-03T00:00:00.000Z' });
    expect(second.list).toBe(first.list);
    answer = (_request, response) => response.writeHead(500).end();
    expect((await get(open())).list).toMatchObject({ nextUpdate: '2026-03-03T00:00:00.000Z' });
    expect(calls).toHaveLength(1);
    serve(authority.list({ to: '2026-03-09' }));
    nowMs += 16 * HOUR_MS;
    expect((await get(lists)).list).toMatchObject({ nextUpdate: '2026-03-09T00:00:00.000Z' });
  });

  test('that still counts is used at once while it is renewed', async () => {
    serve(authority.list({ to: '2026-04-01' }));
    const lists = open();
    await get(lists);
    nowMs += 7 * HOUR_MS;
    let release = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        release = () => response.end(authority.list({ to: '2026-05-01' }));
        resolve();
      };
    });
    expect((await get(lists)).list).toMatchObject({ nextUpdate: '2026-04-01T00:00:00.000Z' });
    await asked;
    release();
    for (;;) {
      const { list } = await get(lists);
      if (list?.nextUpdate === '2026-05-01T00:00:00.000Z') break;
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  test.each<[string, () => RequestListener, RegExp]>([
    ['an error', () => (_request, response) => response.writeHead(404).end(), /answered 404/],
    [
      'a redirect, which is not followed',
      () => (_request, response) => response.writeHead(302, { location: '/other.crl' }).end(),
      /answered 302/,
    ],
    ['something else', () => (_request, response) => response.end('<html>'), /cannot be used/],
    [
      'a list of the time before',
      () => (_request, response) => response.end(authority.list({ from: '2025-12-01', to: '2026-06-01' })),
      /an older list than before/,
    ],
  ])('is kept where the address gives %s, and that is told', async (_what, next, told) => {
    serve(authority.list({ to: '2026-03-02' }));
    const lists = open();
    await get(lists);
    answer = next();
    nowMs += 24 * HOUR_MS;
    const { list, trouble } = await get(lists);
    expect(list).toMatchObject({ nextUpdate: '2026-03-02T00:00:00.000Z' });
    expect(trouble).toMatch(told);
    expect(calls).not.toContain('/other.crl');
    // Whoever sends messages meanwhile does not make us call again and again.
    const before = calls.length;
    await get(lists);
    expect(calls).toHaveLength(before);
  });

  test('is fetched beside those of other addresses: one that is not reached holds nobody else up', async () => {
    let first = (): void => undefined;
    answer = ({ url: asked }, response) => {
      const done = () => response.end(authority.list());
      // The first one answers when the second one is asked.
      if (asked === '/root.crl') first = done;
      else {
        done();
        first();
      }
    };
    const lists = ['root', 'issuing'].map((name) => ({
      url: url.replace('root', name),
      privateAddresses: true,
    }));
    const material = await readTrustMaterial(
      {
        ...{ anchors: [], authorities: [], newCertificates: 'none' },
        revocation: { lists, refreshHours: 6, whenUnknown: 'refuse' },
      },
      { home: folder, text: () => Promise.resolve(''), fetched: open() },
    );
    expect(material.troubles).toEqual([]);
    expect(material.lists.map(({ source }) => source)).toEqual(lists.map((list) => list.url));
  });

  test('is not fetched from a private network, unless that is allowed', async () => {
    serve(authority.list());
    const { list, trouble } = await get(open(), false);
    expect(list).toBeUndefined();
    expect(trouble).toContain('inside of a private network');
    expect(calls).toEqual([]);
  });
});
