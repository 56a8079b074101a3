import { afterEach, expect, jest, test } from '@jest/globals';
import { readAs2Evidence } from '../../../src/pipeline/queries/as2-messages.ts';
import type { As2Evidence } from '../../../src/pipeline/queries/as2-messages.ts';
import { verifyEvidence } from '../../../src/transports/as2/verify-evidence.ts';
import { keepReceiptAsBefore, startPair } from './as2-fixture.ts';
import type { Pair, Side } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

async function evidenceOf(side: Side): Promise<As2Evidence> {
  const [message] = await side.messages();
  const evidence = await readAs2Evidence(
    side.gateway.world.store,
    message!.messageId,
    '2026-03-02T09:00:00.000Z',
  );
  return JSON.parse(JSON.stringify(evidence)) as As2Evidence;
}

const wrong = async (evidence: As2Evidence, keys: Parameters<typeof verifyEvidence>[1] = []) =>
  (await verifyEvidence(evidence, keys)).filter(({ ok }) => ok === false).map(({ name }) => name);

test('the receiver’s evidence holds by itself, and with his keys down to the payload', async () => {
  pair = await startPair();
  await pair.us.send();
  const evidence = await evidenceOf(pair.them);
  expect(await wrong(evidence)).toEqual([]);
  const checks = await verifyEvidence(evidence, await pair.them.station.keys.ownKeys());
  expect(checks.filter(({ ok }) => ok !== true)).toEqual([]);
  expect(checks.map(({ name }) => name)).toContain('payloads of the request');
});

test('evidence holds the receipt once, and is the same of a message that an earlier version has received', async () => {
  pair = await startPair();
  await pair.us.send();
  const evidence = await evidenceOf(pair.them);
  expect(evidence.message.receipt!.body).toBeUndefined();
  expect(Buffer.from(evidence.receipt!.body, 'base64').toString()).toContain('sent-automatically; processed');
  await keepReceiptAsBefore(pair.them);
  const { receipt, message } = await evidenceOf(pair.them);
  expect({ receipt, message: { ...message, revision: evidence.message.revision } }).toEqual({
    receipt: evidence.receipt,
    message: evidence.message,
  });
});

test('the sender’s evidence proves what the partner has received, without any key', async () => {
  pair = await startPair();
  await pair.us.send({ key: 'send/file-1' });
  const checks = await verifyEvidence(await evidenceOf(pair.us), []);
  expect(checks.filter(({ ok }) => ok === false)).toEqual([]);
  const proved = checks.filter(({ ok }) => ok === true).map(({ name }) => name);
  expect(proved).toEqual(
    expect.arrayContaining(['signature of the receipt', 'receipt names the message', 'MIC of the receipt']),
  );
});

test('whatever is changed afterwards shows', async () => {
  pair = await startPair();
  await pair.us.send();
  const changed = async (edit: (evidence: As2Evidence) => void) => {
    const evidence = await evidenceOf(pair.them);
    edit(evidence);
    return wrong(evidence, await pair.them.station.keys.ownKeys());
  };
  const flip = (base64: string) => {
    const bytes = Buffer.from(base64, 'base64');
    bytes[bytes.length - 40]! ^= 1;
    return bytes.toString('base64');
  };
  expect(await changed((one) => (one.request.body = flip(one.request.body)))).toContain('request');
  expect(await changed((one) => (one.receipt!.body = flip(one.receipt!.body)))).toContain('receipt');
  expect(await changed((one) => (one.payloads[0]!.body = 'AAAA'))).toEqual(['payload order.edi']);
  expect(await changed((one) => (one.payloads[0]!.sha256 = '0'.repeat(64)))).toContain(
    'payloads of the request',
  );
  expect(await changed((one) => (one.message.mics[0]!.value = 'AAAA'))).toEqual([
    'MIC of the receipt',
    'MIC of the request',
  ]);
  expect(await changed((one) => (one.message.messageId = '<another@TRADELANE>'))).toEqual([
    'receipt names the message',
  ]);
});
