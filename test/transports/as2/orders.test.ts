import { afterEach, expect, jest, test } from '@jest/globals';
import { chaseReceipts } from '../../../src/transports/as2/overdue-receipts.ts';
import { watchCertificates } from '../../../src/transports/as2/watch-certificates.ts';
import { readAs2Evidence } from '../../../src/pipeline/queries/as2-messages.ts';
import { orderTo } from '../../support/documents.ts';
import { BUYER, ERP } from '../../support/gateway.ts';
import { IDENTITIES, makeIdentity, startPair } from './as2-fixture.ts';
import type { Pair } from './as2-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

let pair: Pair;
afterEach(() => pair.close());

const outbound = async () => (await pair.us.gateway.all('files', { direction: 'outbound' }))[0]!;

async function release(id = 'PO-1'): Promise<void> {
  await pair.us.gateway.gateway.releaseOrder(orderTo('northwind-hardware', id), ERP);
  await pair.us.gateway.settle();
}

test('an order goes out by AS2: sent once its receipt is there, with the evidence of it', async () => {
  pair = await startPair();
  await release();
  const file = await outbound();
  expect(file).toMatchObject({ status: 'sent', channel: 'as2' });
  expect(await pair.us.gateway.troubles()).toEqual([]);
  const [message] = await pair.us.messages();
  expect(message).toMatchObject({ fileId: file.id, status: 'acknowledged' });
  const { store } = pair.us.gateway.world;
  const evidence = await readAs2Evidence(store, message!.messageId, '2026-03-02T08:00:00.000Z');
  expect(evidence.payloads).toMatchObject([{ name: file.name, sha256: file.sha256 }]);
  expect(evidence.certificates.map(({ use }) => use)).toEqual([
    'signed by us',
    'encrypted for the partner',
    'receipt signed by the partner',
  ]);
  expect(Buffer.from(evidence.receipt!.body, 'base64').toString()).toContain('Disposition:');
});

test('an asynchronous receipt: the file waits for it, and is sent with it', async () => {
  pair = await startPair('receipt: { mode: async }');
  const { hosts } = pair.them.station.agreements[0]!.settings.theirReceipts;
  hosts.push('elsewhere.example');
  await release();
  expect(await outbound()).toMatchObject({ status: 'awaitingReceipt' });
  hosts.length = 0;
  // The partner was slow: our message comes again, and now its receipt comes.
  pair.us.gateway.world.time.advance(61 * 60_000);
  await chaseReceipts(pair.us.station);
  await pair.us.gateway.settle();
  await pair.them.gateway.settle();
  expect(await outbound()).toMatchObject({ status: 'sent' });
  expect(await pair.us.gateway.troubles()).toEqual([]);
  expect(await pair.them.gateway.all('files', { direction: 'inbound' })).toHaveLength(1);
});

test('a refusal shows as the order’s trouble in the partner’s words; once mended, a redrive sends it as a new message', async () => {
  pair = await startPair('', { them: { partner: IDENTITIES.stranger } });
  await release();
  expect(await outbound()).toMatchObject({ status: 'failed' });
  const [trouble] = await pair.us.gateway.openExceptions();
  expect(trouble).toMatchObject({ type: 'TRANSPORT_FAILED', orderId: 'PO-1' });
  expect(trouble!.detail).toContain('processed/error: authentication-failed');
  await pair.them.secrets.set('partner-certificate', IDENTITIES.us.certificate);
  pair.them.gateway.world.time.advance(10_000);
  const decision = { action: 'retransmit', reason: 'They have our certificate now.' };
  await pair.us.gateway.gateway.decideException(trouble!.id, decision, BUYER);
  await pair.us.gateway.settle();
  expect(await outbound()).toMatchObject({ status: 'sent' });
  expect(await pair.us.gateway.troubles()).toEqual([]);
  const [first, second] = await pair.us.messages();
  expect(second).toMatchObject({ status: 'acknowledged', replaces: first!.messageId });
  expect(second!.messageId).not.toBe(first!.messageId);
});

test('no receipt at all: the order says so, and the bytes can be sent again', async () => {
  pair = await startPair('receipt: { mode: async, repeats: 0 }');
  pair.them.station.agreements[0]!.settings.theirReceipts.hosts.push('elsewhere.example');
  await release();
  pair.us.gateway.world.time.advance(61 * 60_000);
  await chaseReceipts(pair.us.station);
  expect(await outbound()).toMatchObject({ status: 'failed' });
  const [trouble] = await pair.us.gateway.openExceptions();
  expect(trouble!.detail).toContain('No receipt came');
});

test('an expired certificate of the partner holds the order up, and somebody is told long before', async () => {
  const short = makeIdentity('NORTHWIND', { days: 100 });
  pair = await startPair('', { us: { partner: short }, them: { own: short } });
  const told = async () =>
    (await pair.us.gateway.openExceptions()).map(({ type, count }) => `${type} ${count}`);
  await watchCertificates(pair.us.station);
  await watchCertificates(pair.us.station);
  // 1 January and 100 days: 39 days are left on 2 March.
  expect(await told()).toEqual(['CERT_EXPIRING 1']);
  pair.us.gateway.world.time.advance(12 * 86_400_000);
  await watchCertificates(pair.us.station);
  expect(await told()).toEqual(['CERT_EXPIRING 2']);
  pair.us.gateway.world.time.advance(30 * 86_400_000);
  await watchCertificates(pair.us.station);
  expect(await told()).toEqual(['CERT_EXPIRED 1']);
  await release();
  expect(await outbound()).toMatchObject({ status: 'failed' });
  expect(await pair.us.messages()).toEqual([]);
  const trouble = (await pair.us.gateway.openExceptions()).find(({ type }) => type === 'TRANSPORT_FAILED');
  expect(trouble!.detail).toContain('has expired on');
});

test('a certificate of ours that only one partner is shown is told before its end, too', async () => {
  const short = makeIdentity('TRADELANE-TLS', { days: 100 });
  const settings =
    'tls: { clientCertificate: { certificate: { secret: client }, key: { secret: client-key } } }';
  const secrets = { client: short.certificate, 'client-key': short.key };
  pair = await startPair('', { us: { settings, secrets } });
  await watchCertificates(pair.us.station);
  const [told] = await pair.us.gateway.openExceptions();
  expect(told).toMatchObject({ type: 'CERT_EXPIRING', partnerId: 'northwind-hardware' });
  expect(told!.detail).toContain('Our own (for NORTHWIND alone) AS2 certificate for tls, CN=TRADELANE-TLS');
});

test('with strict sequence a file that cannot leave keeps the later ones behind it', async () => {
  pair = await startPair('strictSequence: true');
  const { settings } = pair.us.station.agreements[0]!;
  const { url } = settings;
  settings.url = 'http://127.0.0.1:1/as2';
  await release('PO-1');
  settings.url = url;
  await release('PO-2');
  expect(await pair.them.messages()).toEqual([]);
  await pair.us.gateway.pass({ minutes: 2 });
  const received = await pair.them.gateway.all('files', { direction: 'inbound' });
  expect(received.map(({ name }) => /PO-\d/.exec(name)?.[0])).toEqual(['PO-1', 'PO-2']);
});
