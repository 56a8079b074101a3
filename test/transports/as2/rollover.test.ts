import { afterEach, expect, jest, test } from '@jest/globals';
import { makeIdentity, IDENTITIES, startPair } from './as2-fixture.ts';
import type { Pair } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

const DAY_MS = 86_400_000;
const SWITCH = '2026-03-10T00:00:00.000Z';
const RETIRED = '2026-03-20T00:00:00.000Z';

let count = 0;
async function bothWays(): Promise<string[]> {
  count += 1;
  await pair.us.send({ name: `ours-${count}.edi`, key: `send/ours-${count}` });
  await pair.them.send({ name: `theirs-${count}.edi`, key: `send/theirs-${count}` });
  const lastOf = async (side: Pair['us'], direction: string, use: string) =>
    (await side.messages())
      .findLast((message) => message.direction === direction)!
      .certificates.find((each) => each.use === use)!.fingerprint;
  return [
    await lastOf(pair.us, 'outbound', 'signed by us'),
    await lastOf(pair.them, 'outbound', 'encrypted for the partner'),
  ];
}

function advance(days: number): void {
  pair.us.gateway.world.time.advance(days * DAY_MS);
  pair.them.gateway.world.time.advance(days * DAY_MS);
}

test('our certificate is renewed at a set time without a failed message, whichever side is early', async () => {
  const renewed = makeIdentity('TRADELANE');
  pair = await startPair('', {
    us: {
      station: `certificates: [{ certificate: { secret: own-certificate }, key: { secret: own-key }, until: '${RETIRED}' }, { certificate: { secret: new-certificate }, key: { secret: new-key }, from: '${SWITCH}' }]`,
      secrets: { 'new-certificate': renewed.certificate, 'new-key': renewed.key },
    },
    them: {
      // The partner has the new one in his settings days before, and encrypts for it a day before our switch.
      settings: `certificates: [{ certificate: { secret: partner-certificate }, until: '${RETIRED}' }, { certificate: { secret: new-certificate }, from: '2026-03-09' }]`,
      secrets: { 'new-certificate': renewed.certificate },
    },
  });
  const [oldSigner, oldRecipient] = await bothWays();
  expect(oldRecipient).toBe(oldSigner);
  // 9 March at noon: he encrypts for the new one, we still sign with the old one.
  advance(7.2);
  const [signer, recipient] = await bothWays();
  expect(signer).toBe(oldSigner);
  expect(recipient).not.toBe(oldSigner);
  advance(1);
  const [newSigner, newRecipient] = await bothWays();
  expect(newSigner).toBe(recipient);
  expect(newRecipient).toBe(recipient);
  // The old one is retired.
  advance(15);
  expect(await bothWays()).toEqual([newSigner, newRecipient]);
  for (const side of [pair.us, pair.them]) {
    const messages = await side.messages();
    expect(messages).toHaveLength(8);
    expect(messages.every(({ status }) => status === 'acknowledged' || status === 'received')).toBe(true);
  }
});

test('once retired, the old certificate proves nothing any more', async () => {
  const renewed = makeIdentity('TRADELANE');
  pair = await startPair('', {
    them: {
      settings: `certificates: [{ certificate: { secret: partner-certificate }, until: '${RETIRED}' }, { certificate: { secret: new-certificate } }]`,
      secrets: { 'new-certificate': renewed.certificate },
    },
  });
  await pair.us.send({ key: 'send/before' });
  advance(20);
  await expect(pair.us.send({ key: 'send/after' })).rejects.toThrow('authentication-failed');
  expect(IDENTITIES.us.certificate).not.toBe(renewed.certificate);
});
