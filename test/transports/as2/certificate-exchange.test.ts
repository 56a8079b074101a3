import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { listAs2MessagesOfFile, readAs2Evidence } from '../../../src/pipeline/queries/as2-messages.ts';
import type { Agreement } from '../../../src/transports/as2/agreement.ts';
import { watchProposals } from '../../../src/transports/as2/cem/watch-proposals.ts';
import { verifyEvidence } from '../../../src/transports/as2/verify-evidence.ts';
import { IDENTITIES, makeIdentity } from './as2-fixture.ts';
import type { Pair, Side } from './as2-fixture.ts';
import {
  DECIDER,
  DUE,
  PARTNER,
  RENEWED,
  certificateOf,
  exchangeOf,
  firstProposal,
  proposalsOf,
  sendEntity,
  settleBoth,
  startExchange,
  writeForeignRequest,
  writeForeignResponse,
} from './exchange-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const FINGERPRINT = certificateOf(RENEWED).fingerprint;

let pair: Pair;
afterEach(() => pair.close());

async function propose(): Promise<void> {
  await exchangeOf(pair.them).propose({ fingerprint: FINGERPRINT, respondBy: DUE }, DECIDER);
  await settleBoth(pair);
}

async function accept(side: Side = pair.us): Promise<void> {
  const [proposal] = await proposalsOf(side);
  await exchangeOf(side).accept(proposal!.id, { reason: 'Compared by telephone.' }, DECIDER);
}

function advance(days: number): void {
  pair.us.gateway.world.time.advance(days * DAY_MS);
  pair.them.gateway.world.time.advance(days * DAY_MS);
}

/** Which certificate a message of ours was made with. */
async function sendWith(side: Side, key: string, use: string): Promise<string> {
  await side.send({ key });
  const message = (await side.messages()).find((each) => each.key === key)!;
  return message.certificates.find((each) => each.use === use)!.fingerprint;
}

const ENCRYPTED = 'encrypted for the partner';
const OLD = certificateOf(IDENTITIES.them).fingerprint;

describe('a partner proposes his new certificate', () => {
  test('it waits for a person, is no business document, and is kept with the bytes of its message', async () => {
    pair = await startExchange();
    await propose();
    expect(await proposalsOf(pair.us)).toMatchObject([
      {
        direction: 'inbound',
        partnerId: PARTNER,
        status: 'open',
        uses: ['sign', 'encrypt'],
        certificate: { subject: 'CN=NORTHWIND', fingerprint: FINGERPRINT, keyBits: 2048 },
        sameSubject: true,
        signedBy: certificateOf(IDENTITIES.them).fingerprint,
        respondBy: DUE,
      },
    ]);
    const [told] = await pair.us.gateway.openExceptions();
    expect(told).toMatchObject({ type: 'CERT_PROPOSED', partnerId: PARTNER, suggestedAction: 'askSupplier' });
    expect(told!.detail).toContain(FINGERPRINT);
    expect(told!.evidence[0]).toMatchObject({
      text: expect.stringContaining('digitalSignature, keyEncipherment'),
    });
    expect(await pair.us.gateway.all('files')).toEqual([]);
    const [message] = await pair.us.messages();
    expect(message).toMatchObject({
      direction: 'inbound',
      status: 'received',
      fileIds: [],
      receipt: { positive: true },
    });
    expect(await pair.us.gateway.world.store.readArchive(message!.request.sha256)).toBeDefined();
    const [proposal] = await proposalsOf(pair.us);
    expect(proposal!.as2MessageId).toBe(message!.id);
    // Nothing counts before somebody has decided.
    expect(await pair.us.station.keys.partnerCertificates(pair.us.station.agreements[0]!)).toHaveLength(1);
  });

  test('accepted, it counts beside the old one: for signatures at once, for what we encrypt from its moment on; he is told', async () => {
    pair = await startExchange();
    await propose();
    await accept();
    await settleBoth(pair);
    expect(await proposalsOf(pair.us)).toMatchObject([
      { status: 'accepted', decidedBy: DECIDER.name, reason: 'Compared by telephone.' },
    ]);
    expect(await pair.us.gateway.openExceptions()).toEqual([]);
    expect((await pair.us.gateway.all('audit')).map(({ actor, action }) => [actor, action])).toEqual([
      [DECIDER.name, 'certificate.accepted'],
    ]);
    // The answer went out like any file of ours, and has its receipt.
    expect(await pair.us.gateway.all('files')).toMatchObject([{ direction: 'outbound', status: 'sent' }]);
    expect(await proposalsOf(pair.them)).toMatchObject([
      {
        direction: 'outbound',
        status: 'accepted',
        decidedBy: 'TRADELANE',
        certificate: { fingerprint: FINGERPRINT },
      },
    ]);
    expect(await pair.them.gateway.openExceptions()).toEqual([]);
    // We encrypt for the new one, he still signs with the old one; after his switch with the new one.
    expect(await sendWith(pair.us, 'send/for-the-new', ENCRYPTED)).toBe(FINGERPRINT);
    expect(await sendWith(pair.them, 'send/by-the-old', 'signed by us')).toBe(OLD);
    advance(20);
    expect(await sendWith(pair.them, 'send/by-the-new', 'signed by us')).toBe(FINGERPRINT);
    expect(
      (await pair.us.messages()).every(({ status }) => status === 'received' || status === 'acknowledged'),
    ).toBe(true);
  });

  test('by asynchronous receipts too: the answer is sent when its receipt has come', async () => {
    pair = await startExchange('cem: {}\nreceipt: { mode: async }');
    await propose();
    await accept();
    await settleBoth(pair);
    expect(await proposalsOf(pair.them)).toMatchObject([{ status: 'accepted', decidedBy: 'TRADELANE' }]);
    expect(await pair.us.gateway.all('files')).toMatchObject([{ status: 'sent' }]);
    expect((await pair.them.gateway.all('files')).map(({ status }) => status)).toEqual(['sent']);
  });

  test('its message and our answer are evidence like every other, checked down to what was signed', async () => {
    pair = await startExchange('cem: {}\nsecurity: { encrypt: none }\naccept: { encrypted: false }');
    await propose();
    await accept();
    await settleBoth(pair);
    const messages = await pair.us.messages();
    expect(messages).toHaveLength(2);
    for (const { messageId } of messages) {
      const evidence = await readAs2Evidence(
        pair.us.gateway.world.store,
        messageId,
        '2026-03-02T09:00:00.000Z',
      );
      const checks = await verifyEvidence(evidence, await pair.us.station.keys.ownKeys());
      expect(checks.filter(({ ok }) => ok !== true)).toEqual([]);
    }
    const [answer] = await pair.us.gateway.all('files');
    expect(await listAs2MessagesOfFile(pair.us.gateway.world.store, answer!.id)).toHaveLength(1);
  });

  test('accepted for later, what we send is encrypted for the old one until then', async () => {
    pair = await startExchange();
    await propose();
    const [proposal] = await proposalsOf(pair.us);
    const from = '2026-03-10T06:00:00.000Z';
    const accepted = await exchangeOf(pair.us).accept(proposal!.id, { reason: 'Agreed.', from }, DECIDER);
    expect(accepted.activeFrom).toBe(from);
    expect(await sendWith(pair.us, 'send/before', ENCRYPTED)).toBe(OLD);
    advance(9);
    expect(await sendWith(pair.us, 'send/after', ENCRYPTED)).toBe(FINGERPRINT);
  });

  test('rejected, he is told why, and a person of his house is asked', async () => {
    pair = await startExchange();
    await propose();
    const [proposal] = await proposalsOf(pair.us);
    await exchangeOf(pair.us).reject(proposal!.id, 'Nobody there knows it.', DECIDER);
    await settleBoth(pair);
    expect(await proposalsOf(pair.them)).toMatchObject([
      { status: 'rejected', reason: 'Nobody there knows it.' },
    ]);
    const [told] = await pair.them.gateway.openExceptions();
    expect(told).toMatchObject({ type: 'CERT_UNANSWERED' });
    expect(told!.detail).toContain('Nobody there knows it.');
    advance(20);
    await expect(pair.them.send({ key: 'send/new' })).rejects.toThrow('authentication-failed');
  });

  test('decided once: a second decision is a conflict, and he gets one answer', async () => {
    pair = await startExchange();
    await propose();
    await accept();
    await expect(accept()).rejects.toMatchObject({ code: 'CONFLICT' });
    const { id } = await firstProposal(pair.us);
    await expect(exchangeOf(pair.us).reject(id, 'No.', DECIDER)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(exchangeOf(pair.us).accept('unknown', { reason: 'x' }, DECIDER)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await settleBoth(pair);
    expect(await pair.us.gateway.all('files')).toHaveLength(1);
  });

  test('withdrawn, it counts no longer, and the old one is used again', async () => {
    pair = await startExchange();
    await propose();
    await accept();
    const [proposal] = await proposalsOf(pair.us);
    await exchangeOf(pair.us).withdraw(proposal!.id, 'His key was stolen.', DECIDER);
    expect(await sendWith(pair.us, 'send/again-old', ENCRYPTED)).toBe(OLD);
    advance(20);
    await expect(pair.them.send({ key: 'send/new' })).rejects.toThrow('authentication-failed');
  });

  test('it can be withdrawn, but not decided on, where the partner has no such channel any more', async () => {
    pair = await startExchange();
    await propose();
    const proposal = await firstProposal(pair.us);
    const agreements = pair.us.station.agreements as Agreement[];
    const [agreement] = agreements.splice(0);
    await expect(accept()).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    agreements.push(agreement!);
    await accept();
    agreements.splice(0);
    const withdrawn = await exchangeOf(pair.us).withdraw(proposal.id, 'We trade no longer.', DECIDER);
    expect(withdrawn).toMatchObject({ status: 'withdrawn', decidedBy: DECIDER.name });
  });

  test('two in one request: one answer, when the last is decided, also if two people decide at once', async () => {
    pair = await startExchange();
    const [first, second] = [certificateOf(RENEWED), certificateOf(makeIdentity('NORTHWIND TLS'))];
    await sendEntity(
      pair.them,
      writeForeignRequest([
        { certificate: first, usages: ['digitalSignature'] },
        { certificate: second, usages: ['tlsServer', 'tlsClient'] },
      ]),
    );
    const [one, other] = await proposalsOf(pair.us);
    expect([one!.uses, other!.uses]).toEqual([['sign'], ['tlsServer', 'tlsClient']]);
    const exchange = exchangeOf(pair.us);
    await Promise.all([
      exchange.accept(one!.id, { reason: 'Compared.' }, DECIDER),
      exchange.reject(other!.id, 'Not needed.', { ...DECIDER, name: 'Ari' }),
    ]);
    const files = await pair.us.gateway.all('files');
    expect(files).toHaveLength(1);
    const body = Buffer.from((await pair.us.gateway.world.store.readArchive(files[0]!.sha256))!).toString();
    const xml = Buffer.from(/base64\r\n\r\n([\s\S]*?)\r\n--/.exec(body)![1]!, 'base64').toString();
    expect(xml.match(/<CertStatus>\w+/g)).toEqual(['<CertStatus>Accepted', '<CertStatus>Rejected']);
    expect(xml).toContain('<ReasonForRejection>Not needed.</ReasonForRejection>');
    expect(xml).toContain('requestId="R-1"');
    // Nothing of the settings is pinned: a certificate for TLS alone would shut out what the authorities know.
    expect(
      (await pair.us.station.keys.partnerCertificates(pair.us.station.agreements[0]!)).map(
        ({ uses }) => uses,
      ),
    ).toEqual([['sign', 'encrypt'], ['sign']]);
  });

  test('accepted by itself where the settings say so: signed by a certificate in force, with its subject', async () => {
    pair = await startExchange('cem: { accept: sameSubject }');
    await propose();
    expect(await proposalsOf(pair.us)).toMatchObject([{ status: 'accepted', decidedBy: 'system' }]);
    expect(await pair.us.gateway.all('exceptions')).toMatchObject([
      { type: 'CERT_PROPOSED', status: 'resolved' },
    ]);
    expect(await proposalsOf(pair.them)).toMatchObject([{ status: 'accepted' }]);
    expect((await pair.us.gateway.all('audit')).map(({ actor }) => actor)).toEqual(['system']);
  });

  test('with another subject a person is asked all the same', async () => {
    pair = await startExchange('cem: { accept: sameSubject }');
    await sendEntity(
      pair.them,
      writeForeignRequest([{ certificate: certificateOf(makeIdentity('NORTHWIND HOLDING')) }]),
    );
    expect(await proposalsOf(pair.us)).toMatchObject([{ status: 'open', sameSubject: false }]);
  });

  test('one that is in the settings already is answered by itself, and nothing changes', async () => {
    pair = await startExchange();
    await sendEntity(pair.them, writeForeignRequest([{ certificate: certificateOf(IDENTITIES.them) }]));
    expect(await proposalsOf(pair.us)).toMatchObject([{ status: 'accepted', decidedBy: 'system' }]);
    expect(await pair.us.station.keys.partnerCertificates(pair.us.station.agreements[0]!)).toHaveLength(1);
  });

  test('when its answer was due and nobody has decided, both sides are told; it can still be accepted', async () => {
    pair = await startExchange();
    await propose();
    advance(15);
    for (const side of [pair.us, pair.them]) {
      await watchProposals(side.station);
      await watchProposals(side.station);
      expect(await proposalsOf(side)).toMatchObject([{ status: 'expired' }]);
    }
    const [ours] = await pair.us.gateway.openExceptions();
    expect(ours).toMatchObject({ type: 'CERT_PROPOSED', count: 2, detail: expect.stringContaining(DUE) });
    const [theirs] = await pair.them.gateway.openExceptions();
    expect(theirs).toMatchObject({ type: 'CERT_UNANSWERED', count: 1 });
    await accept();
    await settleBoth(pair);
    expect(await proposalsOf(pair.them)).toMatchObject([{ status: 'accepted' }]);
    expect(await pair.them.gateway.openExceptions()).toEqual([]);
  });
});

describe('we propose ours', () => {
  const ours = makeIdentity('TRADELANE');
  /** TRADELANE has a new one too. */
  const startWithOurs = () =>
    startExchange('cem: {}', {
      us: {
        station:
          'certificates: [{ certificate: { secret: own-certificate }, key: { secret: own-key } }, { certificate: { secret: ours }, key: { secret: ours-key }, from: 2026-03-20 }]',
        secrets: { ours: ours.certificate, 'ours-key': ours.key },
      },
    });

  test('to all who exchange certificates, the newest one by default, and not twice while an answer is awaited', async () => {
    pair = await startExchange();
    const first = await exchangeOf(pair.them).propose({ respondBy: DUE }, DECIDER);
    expect(first).toMatchObject([
      { partnerId: PARTNER, certificate: { fingerprint: FINGERPRINT }, status: 'open' },
    ]);
    const again = await exchangeOf(pair.them).propose({ respondBy: DUE, partnerIds: [PARTNER] }, DECIDER);
    expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    await settleBoth(pair);
    expect(await proposalsOf(pair.us)).toHaveLength(1);
  });

  test.each([
    [{ respondBy: '2026-01-01T00:00:00.000Z' }, 'INVALID_REQUEST', 'has passed'],
    [{ respondBy: DUE, partnerIds: ['nobody'] }, 'INVALID_REQUEST', '"nobody"'],
    [{ respondBy: DUE, fingerprint: 'FF:FF:FF:FF:FF:FF' }, 'NOT_FOUND', 'FFFFFFFFFFFF'],
  ])('not as %j', async (proposal, code, words) => {
    pair = await startExchange();
    const refused = exchangeOf(pair.them).propose(proposal, DECIDER);
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test('an answer of another program is read; the newest counts', async () => {
    pair = await startWithOurs();
    // Here TRADELANE asks, and NORTHWIND answers by hand.
    const [asked] = await exchangeOf(pair.us).propose({ respondBy: DUE }, DECIDER);
    const { requestId, certificate } = asked!;
    const serialNumber = BigInt(`0x${certificate.serialNumber}`).toString();
    await sendEntity(
      pair.them,
      writeForeignResponse([{ status: 'Rejected', serialNumber, reason: 'not yet' }], requestId),
    );
    expect(await proposalsOf(pair.us)).toMatchObject([{ status: 'rejected', reason: 'not yet' }]);
    await sendEntity(pair.them, writeForeignResponse([{ status: 'Accepted', serialNumber }], requestId));
    expect(await proposalsOf(pair.us)).toMatchObject([{ status: 'accepted', decidedBy: 'NORTHWIND' }]);
    expect(await pair.us.gateway.openExceptions()).toEqual([]);
  });

  test('an answer to what nobody has asked is refused', async () => {
    pair = await startWithOurs();
    const [asked] = await exchangeOf(pair.us).propose({ respondBy: DUE }, DECIDER);
    const answers = [
      writeForeignResponse([{ status: 'Accepted', serialNumber: '1' }], 'never-asked'),
      writeForeignResponse([{ status: 'Accepted', serialNumber: '1' }], asked!.requestId),
      writeForeignResponse([{ status: 'Perhaps', serialNumber: '1' }], asked!.requestId),
    ];
    for (const answer of answers)
      await expect(sendEntity(pair.them, answer)).rejects.toThrow('unexpected-processing-error');
    expect(await proposalsOf(pair.us)).toMatchObject([{ status: 'open' }]);
    expect(await pair.us.gateway.troubles()).toContain('MESSAGE_REFUSED');
  });
});
