import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { PRODUCT } from '../../../src/transports/as2/product.ts';
import { startPair } from './as2-fixture.ts';
import type { Pair } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

const NAMES = ['AS2-Version', 'EDIINT-Features', 'AS2-Product'];
const FEATURES = 'multiple-attachments, AS2-Reliability';

async function exchange(settings: string) {
  pair = await startPair(settings);
  await pair.us.send();
  const [sent] = await pair.us.messages();
  const told = (headers: readonly (readonly [string, string])[]) =>
    Object.fromEntries(headers.filter(([name]) => NAMES.includes(name)));
  return { message: told(sent!.request.headers), receipt: told(sent!.receipt!.headers) };
}

describe('AS2-Version', () => {
  test.each([
    ['1.1', { 'AS2-Version': '1.1' }, { 'AS2-Version': '1.2', 'EDIINT-Features': FEATURES }],
    [
      '1.2',
      { 'AS2-Version': '1.2', 'EDIINT-Features': FEATURES },
      { 'AS2-Version': '1.2', 'EDIINT-Features': FEATURES },
    ],
    [
      '1.3',
      { 'AS2-Version': '1.3', 'EDIINT-Features': FEATURES, 'AS2-Product': `Tradelane:${PRODUCT.version}` },
      { 'AS2-Version': '1.3', 'EDIINT-Features': FEATURES, 'AS2-Product': `Tradelane:${PRODUCT.version}` },
    ],
  ])('%s, by choice, is told by message and receipt', async (version, message, receipt) => {
    expect(await exchange(`version: '${version}'`)).toMatchObject({ message, receipt });
  });

  test.each([
    ['1.2', 'sha1'],
    ['1.3', 'sha256'],
  ])('%s: the MIC of an unsigned message that asks for no algorithm is by %s', async (version, algorithm) => {
    await exchange(`version: '${version}'
security: { sign: none, encrypt: none }
accept: { signed: false, encrypted: false }
receipt: { signed: false }`);
    expect(await pair.us.messages()).toMatchObject([{ status: 'acknowledged' }]);
    expect(await pair.them.messages()).toMatchObject([
      { mics: [{ algorithm }], receipt: { positive: true } },
    ]);
  });

  test('the product names the version of this program', () => {
    const file = path.resolve(import.meta.dirname, '../../../package.json');
    pair = { close: () => Promise.resolve() } as Pair;
    expect(PRODUCT.version).toBe((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version);
  });
});
