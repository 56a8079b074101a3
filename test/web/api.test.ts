import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { As2MessageRecord } from '../../src/pipeline/channels/as2-message-record.ts';
import type { Endpoint } from '../../src/web/endpoint.ts';
import { routes } from '../../src/web/routes.ts';
import type { Store } from '../../src/pipeline/ports/store.ts';
import type { PlannedStore } from '../support/query-plans.ts';
import { slowQueries } from '../support/query-plans.ts';
import { CERTIFICATES, CertificateScene } from './certificates.ts';
import { startServer } from './client.ts';
import type { TestServer } from './client.ts';
import { ErpScene, tellOfErp } from './erp.ts';
import { openHarness } from './harness.ts';
import type { Harness } from './harness.ts';
import { ExchangeScene, PROPOSALS, tellOfProposals } from './proposals.ts';
import { START, tellStory } from './story.ts';

let harness: Harness;
let server: TestServer;
const erp = new ErpScene();

beforeAll(async () => {
  harness = await openHarness(START);
  await tellStory(harness);
  await tellOfErp(harness);
  await tellOfProposals(harness.gateway.store);
  const certificates = new CertificateScene(new ExchangeScene(harness.gateway.store));
  server = await startServer(harness, { erp, certificates });
}, 60_000);

afterAll(async () => {
  await server.close();
  await harness.close();
});

type Json = Record<string, never> & { records: { id: string }[] };

const UNTIL = '2026-03-09T08:00:00.000Z';
const answered = new Set<string>();

/** Calls an endpoint and holds its answer against its schema, undeclared members included. */
async function call<T = Json>(
  operationId: string,
  parameters: Record<string, string> = {},
  body?: unknown,
): Promise<T> {
  const endpoint = routes.find((route) => route.operationId === operationId)!;
  const response = await server.call(
    endpoint.role,
    endpoint.method.toUpperCase(),
    addressOf(endpoint, parameters),
    body,
  );
  const status = endpoint.answer === undefined ? 204 : (endpoint.status ?? 200);
  if (response.status !== status)
    throw new Error(`${operationId}: ${response.status} ${await response.text()}`);
  answered.add(operationId);
  if (endpoint.answer === undefined) return undefined as T;
  if (endpoint.answer === 'bytes') return (await response.text()) as T;
  const answer: unknown = await response.json();
  // zod leaves out what no schema declares: the comparison shows it.
  expect(endpoint.answer.parse(answer)).toEqual(answer);
  return answer as T;
}

function addressOf({ path }: Endpoint, parameters: Record<string, string>): string {
  const rest = new Map(Object.entries(parameters));
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = rest.get(name)!;
    rest.delete(name);
    return encodeURIComponent(value);
  });
  return rest.size === 0 ? filled : `${filled}?${new URLSearchParams([...rest]).toString()}`;
}

async function idOf(operationId: string, parameters: Record<string, string>): Promise<string> {
  const { records } = await call(operationId, { limit: '100', ...parameters });
  return records[0]!.id;
}

describe('every endpoint answers what its schema says', () => {
  test('orders, receipts and master data', async () => {
    const { records } = await call('listOrders', { open: 'true', partnerId: 'northwind-hardware' });
    expect(records.map(({ id }) => id)).toContain('PO-41001');
    for (const id of ['PO-41001', 'PO-41002', 'PO-41003', 'PO-41005', 'PO-43003'])
      await call('showOrder', { id });

    const { document } = await call<{ document: { lines: { price: { amount: string } }[] } }>('showOrder', {
      id: 'PO-43001',
    });
    expect(await call('releaseOrder', {}, document)).toEqual({ id: 'PO-43001', repeated: true });
    document.lines[0]!.price.amount = '126.00';
    expect(await call('releaseOrder', {}, document)).toEqual({ id: 'PO-43001', repeated: false });
    const change = {
      ...document,
      documentType: 'orderChange',
      purpose: 'change',
      lines: document.lines.map((line) => ({ ...line, action: 'changed', price: { amount: '127.00' } })),
    };
    await call('changeOrder', { id: 'PO-43001' }, change);
    await call('cancelOrder', { id: 'PO-43003' }, { reason: 'no longer needed' });
    const receipt = {
      documentType: 'receiptAdvice',
      id: 'GR-1',
      receivedDate: '2026-03-05',
      lines: [
        {
          orderId: 'PO-41006',
          orderLineId: '1',
          item: { buyerId: 'TL-1001' },
          quantity: { value: '1', unit: 'EA' },
        },
      ],
    };
    expect(await call('receiveGoods', {}, receipt)).toMatchObject({ repeated: false });
    expect(await call('receiveGoods', {}, receipt)).toMatchObject({ repeated: true });
    await call(
      'saveMasterData',
      {},
      { entries: [{ kind: 'item', key: 'TL-1001', data: { packSize: '12' } }] },
    );
  });

  test('documents and files', async () => {
    const id = await idOf('listDocuments', { documentType: 'orderResponse', status: 'applied' });
    await call('listDocuments', { number: 'NW-INV-3102' });
    const document = await call<{ trace: unknown[]; orderIds: string[] }>('showDocument', { id });
    expect(document.trace.length).toBeGreaterThan(10);
    expect(document.orderIds).toHaveLength(1);

    const files = await call<{ records: { id: string; name: string }[] }>('listFiles', {
      direction: 'inbound',
      status: 'rejected',
    });
    const broken = files.records.find(({ name }) => name === '855-broken.edi')!.id;
    await call('showFile', { id: broken });
    expect(await call<string>('downloadFile', { id: broken })).toContain('PO1*3*two hundred*EA');
    const { segments, findings } = await call<{
      segments: { text: string; marks: { from: number; to: number; finding?: number }[] }[];
      findings: { code: string }[];
    }>('listSegments', { id: broken });
    const line = segments.find(({ text }) => text.startsWith('PO1'))!;
    const mark = line.marks.find(({ finding }) => finding !== undefined)!;
    expect(line.text.slice(mark.from, mark.to)).toBe('two hundred');
    expect(findings[mark.finding!]!.code).toBe('ELEMENT_INVALID_CHARACTER');
    expect(findings).toHaveLength(3);
  });

  test('a file that is previewed leaves nothing, one that is handed in is processed', async () => {
    const raw = new TextEncoder().encode('ISA*not an interchange');
    const before = await harness.gateway.store.count('files', {});
    const preview = await call<{ findings: unknown[] }>(
      'previewFile',
      { id: 'northwind-hardware', name: 'x.edi' },
      raw,
    );
    expect(preview.findings.length).toBeGreaterThan(0);
    expect(await harness.gateway.store.count('files', {})).toBe(before);
    const { id } = await call<{ id: string }>('uploadFile', { id: 'northwind-hardware', name: 'x.edi' }, raw);
    await harness.settle();
    const { records: audit } = await harness.gateway.store.find('audit', { limit: 1_000 });
    expect(audit).toContainEqual(
      expect.objectContaining({ actor: expect.any(String), action: 'file.handedIn', subject: `file:${id}` }),
    );
    expect((await call<{ file: { status: string } }>('showFile', { id })).file.status).toBe('rejected');
    await call('reprocessFile', { id }, { reason: 'to see it again' });
    await harness.settle();
  });

  test('exceptions through all that people do with them', async () => {
    const counts = await call<{ open: number; unassigned: number }>('countExceptions', { endOfDay: UNTIL });
    expect(counts.unassigned).toBe(counts.open);
    const id = await idOf('listExceptions', { type: 'CHANGE_PROPOSED', text: 'line 3', minValue: '1000' });
    await call('assignException', { id }, { assignee: 'maria' });
    expect((await call('listExceptions', { assignee: 'me' })).records.map((one) => one.id)).not.toContain(id);
    expect((await call('listExceptions', { assignee: 'maria' })).records.map((one) => one.id)).toEqual([id]);
    await call('commentException', { id }, { text: 'asked for the new price list' });
    await call('snoozeException', { id }, { until: UNTIL });
    expect((await call('listExceptions', { status: 'snoozed' })).records.map((one) => one.id)).toEqual([id]);
    await call('reopenException', { id });
    await call('decideException', { id }, { action: 'accept', reason: 'agreed by phone' });
    await harness.settle();
    const decided = await call<{ status: string; assignee: string; comments: unknown[] }>('showException', {
      id,
    });
    expect(decided).toMatchObject({ status: 'resolved', assignee: 'maria', comments: [{ author: 'maria' }] });
    const order = await call<{ lines: { id: string; balance: { confirmed: string } }[] }>('showOrder', {
      id: 'PO-41001',
    });
    expect(order.lines.find((line) => line.id === '3')!.balance.confirmed).toBe('240');
  });

  test('work that was given up is taken up again', async () => {
    const id = await idOf('listWork', { status: 'dead', kind: 'sendFile' });
    await call('listWork', { status: 'pending' });
    await call('redriveWork', { id }, { reason: 'the folder is back' });
    await harness.settle();
    expect(await call('showWork', { id })).toMatchObject({ status: 'done' });
  });

  test('work that was given up is discarded for good', async () => {
    const { store } = harness.gateway;
    const { records } = await store.find('work', { orderBy: 'createdAt', limit: 100 });
    const done = records.find(({ status }) => status === 'done')!;
    const record = { ...done, id: 'given-up', orderingKey: '', status: 'dead' as const, revision: 0 };
    await store.commit([{ op: 'insert', collection: 'work', record }]);
    await call('discardWork', { id: 'given-up' }, { reason: 'not wanted any more' });
    expect(await call('showWork', { id: 'given-up' })).toMatchObject({ status: 'done' });
    const path = '/api/work/given-up/discard';
    const again = await server.call('operator', 'POST', path, { reason: 'not wanted' });
    expect([again.status, await again.json()]).toMatchObject([400, { code: 'INVALID_REQUEST' }]);
  });

  test('invoices with every check and its words', async () => {
    await call('listInvoices', { status: 'HOLD_PRICE' });
    await call('listInvoices', { supplierId: 'northwind-hardware' });
    const { decisions } = await call<{ decisions: { text: string[]; checks: unknown[]; outcome: string }[] }>(
      'showInvoice',
      {
        id: 'NW-INV-3102',
      },
    );
    expect(decisions[0]!.outcome).toBe('HOLD_PRICE');
    expect(decisions[0]!.text[0]).toContain('13.10');
    expect(decisions[0]!.checks.length).toBeGreaterThan(20);
  });

  test('the holds of an invoice lead to where they are decided', async () => {
    const { holds, payments } = await call<{
      holds: { type: string; status: string; exceptionId: string }[];
      payments: unknown[];
    }>('showInvoice', { id: 'NW-INV-3102' });
    expect(holds).toMatchObject([{ type: 'HOLD_PRICE', status: 'open' }]);
    expect(await call('showException', { id: holds[0]!.exceptionId })).toMatchObject({ type: 'HOLD_PRICE' });
    expect(payments).toEqual([]);
    await call('holdInvoice', { id: 'NW-INV-3102' }, { reason: 'under inquiry' });
    const again = await server.call('operator', 'POST', '/api/invoices/NW-INV-3105/hold', { reason: 'late' });
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'CONFLICT' }]);
    const paid = await call<{ payments: unknown[] }>('showInvoice', { id: 'NW-INV-3105' });
    expect(paid.payments).toMatchObject([{ kind: 'full', amount: '600.00', lines: [1] }]);
  });

  test('claims: opened by hand, listed, answered, ended', async () => {
    const opened = await call<{ id: string; value: string; allowedActions: string[] }>(
      'openClaim',
      {},
      {
        kind: 'damage',
        orderId: 'PO-41002',
        lines: [{ lineId: '1', quantity: '2' }],
        reason: 'two are bent',
      },
    );
    expect(opened).toMatchObject({ value: '25.00', allowedActions: ['answer', 'writeOff', 'close'] });
    expect((await call('listClaims', { state: 'live', orderId: 'PO-41002' })).records).toHaveLength(1);
    expect((await call('listClaims', { state: 'credited' })).records).toEqual([]);
    await call('decideClaim', { id: opened.id }, { action: 'answer', reason: 'they look into it' });
    const claim = await call<{ state: string; history: { by: string }[] }>('showClaim', { id: opened.id });
    expect(claim).toMatchObject({ state: 'answered' });
    expect(claim.history.at(-1)!.by).toBe('maria');
    const wrong = await server.call('operator', 'POST', `/api/claims/${opened.id}/decision`, {
      action: 'send',
      reason: 'once more',
    });
    expect([wrong.status, await wrong.json()]).toMatchObject([409, { code: 'CONFLICT' }]);
    await call('decideClaim', { id: opened.id }, { action: 'close', reason: 'replaced' });
  });

  test('the feed of business events: read on from the last number', async () => {
    const { store } = harness.gateway;
    const event = {
      specversion: '1.0',
      id: 'e1',
      source: '/tradelane',
      type: 'tradelane.order.created.v1',
      subject: 'PO-1',
      time: START,
      datacontenttype: 'application/json',
      data: {},
    } as const;
    const record = {
      id: '000000000000001',
      revision: 0,
      number: 1,
      type: event.type,
      orderId: 'PO-1',
      publishedAt: START,
      event,
    };
    await store.commit([{ op: 'insert', collection: 'events', record }]);
    expect(await call('listEvents')).toEqual({ records: [{ number: 1, event }], next: 1 });
    expect(await call('listEvents', { after: '1' })).toEqual({ records: [], next: 1 });
  });

  test('the outbox of another ERP: read on from the last number acknowledged', async () => {
    const all = await call<{ records: { number: number }[]; acknowledged: number }>('listErpCommands', {
      after: '0',
    });
    expect(all.records.map(({ number }) => number)).toEqual(all.records.map((_, index) => index + 1));
    expect(all.acknowledged).toBe(0);
    expect(await call('acknowledgeErpCommands', {}, { number: 2 })).toEqual({ acknowledged: 2 });
    expect(await call('acknowledgeErpCommands', {}, { number: 1 })).toEqual({ acknowledged: 2 });
    const next = await call<{ records: { number: number }[] }>('listErpCommands', { limit: '1' });
    expect(next.records.map(({ number }) => number)).toEqual([3]);
    const response = await server.call('operator', 'POST', '/api/erp/outbox/acknowledgment', {
      number: 9_999,
    });
    expect(response.status).toBe(400);
  });

  test('the ERP that is connected: how it is, a check, a reading, a comparison and a repair', async () => {
    const overview = await call('showErp');
    expect(overview).toMatchObject({
      kind: 'odoo',
      connection: { version: '19.0', circuit: 'closed' },
      backlog: { waiting: 1, running: 0, dead: 1 },
    });
    expect(await call('checkErp', {}, { partnerId: 'northwind-hardware' })).toMatchObject({ ok: true });
    expect(await call('readErp', {}, { full: true })).toMatchObject({ receipts: 1, masterData: 4 });
    expect(await call('reconcileErp', {}, {})).toMatchObject({ orders: 12, busy: 1 });
    const orderIds = ['PO-41001'];
    const { differences } = await call<{ differences: object[] }>(
      'reconcileErp',
      {},
      { repair: true, orderIds },
    );
    expect(differences).toMatchObject([{ orderId: 'PO-41001', repaired: true }]);
    expect(erp.asked).toEqual(['check northwind-hardware', 'read full', 'compare', 'repair PO-41001']);
    const { records } = await harness.gateway.store.find('audit', {
      orderBy: 'id',
      descending: true,
      limit: 1,
    });
    expect(records).toMatchObject([{ actor: 'maria', action: 'erp.repaired', subject: 'erp:odoo' }]);
    for (const path of ['check', 'read', 'reconcile'])
      expect((await server.call('viewer', 'POST', `/api/erp/${path}`, {})).status).toBe(403);
  });

  test('AS2 certificates, and one as PEM', async () => {
    const list = await call<{ records: { fingerprint: string }[] }>('listCertificates');
    expect(list).toMatchObject({ stationId: 'TRADELANE', unreadable: CERTIFICATES.unreadable });
    expect(list.records).toEqual(CERTIFICATES.certificates);
    const partnerId = 'hansa-werkzeuge';
    const hansa = await call('listCertificates', { partnerId });
    // Theirs, and the one of ours that they alone are shown.
    expect(hansa.records).toHaveLength(4);
    expect(hansa).toMatchObject({ revocationLists: [{ partnerId }], unreadable: [] });
    const { fingerprint } = list.records[0]!;
    expect(await call<string>('downloadCertificate', { fingerprint })).toContain('BEGIN CERTIFICATE');
    const refused = await server.call('viewer', 'GET', '/api/certificates/..%2Fkeys.pem');
    expect(refused.status).toBe(400);
  });

  test('certificates that are proposed by messages, and what is decided on them', async () => {
    const [waiting] = PROPOSALS;
    const open = { status: 'open', direction: 'inbound', partnerId: waiting!.partnerId };
    const list = await call<{ records: object[] }>('listCertificateProposals', open);
    expect(list.records).toMatchObject([{ id: waiting!.id, certificate: waiting!.certificate }]);
    expect(JSON.stringify(list)).not.toContain('"pem"');
    const { id } = waiting!;
    expect(await call('showCertificateProposal', { id })).toMatchObject({
      status: 'open',
      sameSubject: true,
    });
    const reason = 'Compared by telephone.';
    const from = '2026-04-01T06:00:00Z';
    expect(await call('acceptCertificate', { id }, { reason, from })).toMatchObject({
      ...{ status: 'accepted', reason, activeFrom: from },
    });
    expect(await call('withdrawCertificate', { id }, { reason })).toMatchObject({ status: 'withdrawn' });
    expect(await call('rejectCertificate', { id: 'proposal-2' }, { reason })).toMatchObject({
      status: 'rejected',
    });
    const asked = { respondBy: '2026-04-01T06:00:00Z', partnerIds: ['hansa-werkzeuge'] };
    expect(await call('proposeCertificate', {}, asked)).toMatchObject({
      records: [{ direction: 'outbound' }],
    });
    const path = `/api/certificate-proposals/${id}/accept`;
    expect((await server.call('viewer', 'POST', path, { reason })).status).toBe(403);
    expect((await server.call('operator', 'POST', path, {})).status).toBe(400);
    expect((await server.call('operator', 'POST', path, { reason, from: 'soon' })).status).toBe(400);
    expect((await server.call('viewer', 'GET', '/api/certificate-proposals/none')).status).toBe(404);
  });

  test('without an ERP of its own and without AS2: what waits for it, and nothing to ask', async () => {
    const other = await openHarness(START);
    const alone = await startServer(other);
    expect(await (await alone.call('viewer', 'GET', '/api/erp')).json()).toEqual({
      kind: 'standAlone',
      readTo: [],
      companies: [],
      backlog: { waiting: 0, running: 0, dead: 0, more: false },
    });
    expect((await alone.call('operator', 'POST', '/api/erp/read', {})).status).toBe(404);
    expect(await (await alone.call('viewer', 'GET', '/api/certificates')).json()).toEqual({
      records: [],
      revocationLists: [],
      unreadable: [],
    });
    const none = `/api/certificates/${'AB'.repeat(32)}.pem`;
    expect((await alone.call('viewer', 'GET', none)).status).toBe(404);
    await alone.close();
    await other.close();
  });

  test('partners, search, summary, session, tokens', async () => {
    const { records } = await call('listPartners');
    for (const { id } of records) await call('showPartner', { id });
    const channels = await call<{ records: { partnerId: string; name: string; state: string }[] }>(
      'listChannels',
    );
    expect(channels.records.map(({ partnerId }) => partnerId)).toEqual(records.map(({ id }) => id));
    const { partnerId, name } = channels.records[0]!;
    expect((await call('listChannels', { partnerId })).records).toHaveLength(1);
    expect(await call('testChannel', { id: partnerId, name })).toEqual({
      ok: true,
      steps: [{ name: 'write', ok: true, text: 'It can be written.', durationMs: 1 }],
    });
    await call('showSummary', { since: START });
    expect(await call('showSession')).toMatchObject({ name: 'viewer', role: 'viewer' });
    for (const [text, kind] of [
      ['PO-4100', 'order'],
      ['NW-INV-3102', 'invoice'],
      ['ASN-3010', 'document'],
    ] as const) {
      const found = await call<{ records: { kind: string }[] }>('search', { text });
      expect(found.records.map((hit) => hit.kind)).toContain(kind);
    }
    const { token } = await call<{ token: string }>('createToken', {}, { name: 'warehouse', role: 'viewer' });
    const asWarehouse = () =>
      fetch(`${server.url}/api/session`, { headers: { Authorization: `Bearer ${token}` } });
    expect((await asWarehouse()).status).toBe(200);
    expect((await call('listTokens')).records).toHaveLength(5);
    await call('removeToken', { name: 'warehouse' });
    expect((await asWarehouse()).status).toBe(401);
  });

  test('an order is sent again as it was, or anew', async () => {
    const { document } = await call<{ document: object }>('showOrder', { id: 'PO-41001' });
    harness.failDeliveries('northwind-hardware', undefined);
    await call('releaseOrder', {}, { ...document, id: 'PO-49001' });
    await harness.settle();
    const { records } = await call<{ records: { id: string; name: string }[] }>('listFiles', {
      direction: 'outbound',
    });
    const file = records.find(({ name }) => name.includes('PO-49001'))!;
    const { documents } = await call<{ documents: { id: string }[] }>('showFile', { id: file.id });
    const reason = 'the partner lost it';
    expect(await call('retransmitFile', { id: file.id }, { reason })).toMatchObject({ id: file.id });
    await harness.settle();
    await call('reissueDocument', { id: documents[0]!.id }, { reason });
    await harness.settle();
    const sent = (harness.outbox.get('northwind-hardware') ?? []).filter(({ name }) =>
      name.includes('PO-49001'),
    );
    expect(sent).toHaveLength(3);
    expect(sent[1]!.bytes).toEqual(sent[0]!.bytes);
    expect(sent[2]!.bytes).not.toEqual(sent[0]!.bytes);
  });

  test('many things are done again after a look; many more need a second person', async () => {
    const { records } = await call<{ records: { id: string }[] }>('listFiles', { direction: 'inbound' });
    const request = { verb: 'reprocess', ids: [records[0]!.id], reason: 'map mended' };
    const { items } = await call<{ items: object[] }>('runRepeat', {}, { ...request, dryRun: true });
    expect(items).toMatchObject([{ outcome: 'possible' }]);
    const ids = Array.from({ length: 21 }, (_, index) => `none-${index}`);
    const { approvalId } = await call<{ approvalId: string }>('runRepeat', {}, { ...request, ids });
    const waiting = await call<{ records: { id: string }[] }>('listApprovals', { status: 'waiting' });
    expect(waiting.records.map(({ id }) => id)).toEqual([approvalId]);
    await call('decideApproval', { id: approvalId }, { approve: false, reason: 'one by one' });
  });

  test('what came in is replayed without any effect', async () => {
    const { records } = await call<{ records: { id: string; summary?: string }[] }>('listFiles', {
      direction: 'inbound',
    });
    const answer = records.find(({ summary }) => summary?.startsWith('855'))!;
    const { documents } = await call<{ documents: object[] }>('replayFile', { id: answer.id });
    expect(documents).toMatchObject([{ transactionType: '855' }]);
  });

  test('what was done again is kept, item by item, with who agreed and how far it came', async () => {
    const items = [
      { id: 'f1', name: '850 for PO-1', outcome: 'done' as const, effects: ['It goes out once more.'] },
      { id: 'f2', name: '850 for PO-2', outcome: 'possible' as const, effects: [] },
    ];
    const run = { revision: 0, verb: 'retransmit' as const, reason: 'lost', requestedBy: 'Bea', items };
    const startedAt = '2026-03-01T08:00:00.000Z';
    const cut = { ...run, id: 'cut', startedAt, updatedAt: startedAt, status: 'running' as const };
    await harness.gateway.store.commit([
      { op: 'insert', collection: 'repeatRuns', record: { ...cut, agreedBy: 'Carl' } },
      {
        op: 'insert',
        collection: 'repeatRuns',
        record: { ...cut, id: 'under-way', updatedAt: harness.time.now() },
      },
    ]);
    const { records } = await call<{ records: object[] }>('listRepeats');
    expect(records).toContainEqual(
      expect.objectContaining({ id: 'cut', status: 'interrupted', agreedBy: 'Carl', count: 2, done: 1 }),
    );
    expect(await call('showRepeat', { id: 'under-way' })).toMatchObject({ status: 'running', items });
    expect(await call('showRepeatRules')).toEqual({ atMost: 100, secondPersonItems: 20, currency: 'USD' });
  });

  test('retention: how long, what went, what would go', async () => {
    const { gateway, time } = harness;
    await gateway.retain();
    expect(await call('showRetention')).toEqual({
      classes: [
        { name: 'raw', erased: 0 },
        { name: 'canonical', erased: 0 },
      ],
      last: { at: time.now(), classes: {} },
      erasing: [],
    });
    expect(await call('previewRetention')).toEqual({ classes: {}, kept: [] });
  });

  test('legal holds keep what would be erased', async () => {
    const reason = 'a lawsuit';
    const hold = await call<{ id: string }>('placeHold', {}, { scope: 'all', reason });
    expect((await call('listHolds')).records).toMatchObject([{ scope: 'all', reason }]);
    await call('releaseHold', { id: hold.id }, { reason: 'settled' });
    const { records } = await call<{ records: { id: string; status: string }[] }>('listFiles', {
      direction: 'inbound',
      limit: '200',
    });
    const unreadable = records.find(({ status }) => status === 'rejected')!;
    const open = await call<{ records: { id: string; fileId: string }[] }>('listExceptions', {
      limit: '200',
    });
    const about = open.records.find(({ fileId }) => fileId === unreadable.id)!;
    await call('decideException', { id: about.id }, { action: 'dismiss', reason: 'sent by mistake' });
    await call('eraseFile', { id: unreadable.id }, { reason: 'sent by mistake' });
  });

  test('the AS2 messages of a file, and the evidence of each', async () => {
    const bytes = Buffer.from('a signed request');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const fileId = await idOf('listFiles', { direction: 'inbound' });
    const message: As2MessageRecord = {
      id: 'message-1',
      revision: 0,
      direction: 'inbound',
      partnerId: 'northwind-hardware',
      channel: 'main',
      messageId: '<1@northwind.example>',
      as2From: 'NORTHWIND',
      as2To: 'TRADELANE',
      createdAt: harness.time.now(),
      status: 'received',
      fileId,
      fileIds: [fileId],
      key: '',
      request: { headers: [['AS2-Version', '1.2']], sha256, sizeBytes: bytes.length },
      layers: ['signed sha-256'],
      mics: [{ algorithm: 'sha-256', value: 'AAAA' }],
      receiptMode: 'none',
      certificates: [],
      notes: [],
      attempts: [],
      attemptCount: 0,
      receiptDueAt: '',
      receiptUrl: '',
      repeats: 0,
    };
    await harness.gateway.store.commit(
      [{ op: 'insert', collection: 'as2Messages', record: message }],
      [{ sha256, bytes }],
    );
    const { messages } = await call<{ messages: { id: string; messageId: string }[] }>('listAs2Messages', {
      id: fileId,
    });
    expect(messages).toMatchObject([{ id: 'message-1', messageId: '<1@northwind.example>' }]);
    const evidence = JSON.parse(await call<string>('downloadAs2Evidence', { id: 'message-1' })) as {
      request: { body: string };
    };
    expect(Buffer.from(evidence.request.body, 'base64')).toEqual(bytes);
  });

  test('no query of any endpoint, and of the work behind it, slows down with the data', () => {
    expect(slowQueries(harness.gateway.store as Store & PlannedStore)).toEqual([]);
  });

  test('no endpoint was left out', () => {
    expect([...answered].sort()).toEqual(routes.map((route) => route.operationId).sort());
  });
});

describe('the OpenAPI document', () => {
  test('has every endpoint, with schemas that it holds itself', async () => {
    const text = await (await server.call(undefined, 'GET', '/api/openapi.json')).text();
    const document = JSON.parse(text) as { paths: Record<string, Record<string, { operationId: string }>> };
    const operations = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(operations.sort()).toEqual(routes.map((route) => route.operationId).sort());
    const schemas = (document as unknown as { components: { schemas: Record<string, unknown> } }).components
      .schemas;
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name!,
    );
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((name) => !(name in schemas))).toEqual([]);
    expect(text).not.toContain('#/$defs/');
  });
});

describe('lists', () => {
  test('a cursor leads through everything once, filters included', async () => {
    for (const filter of ['', 'direction=inbound&', 'status=processed&direction=inbound&']) {
      const whole = (await (
        await server.call('viewer', 'GET', `/api/files?${filter}limit=200`)
      ).json()) as Json;
      const seen: string[] = [];
      let after = '';
      do {
        const page = await server.call('viewer', 'GET', `/api/files?${filter}limit=3${after}`);
        const { records, next } = (await page.json()) as { records: { id: string }[]; next?: string };
        expect(records.length).toBeLessThanOrEqual(3);
        seen.push(...records.map(({ id }) => id));
        after = next === undefined ? '' : `&after=${encodeURIComponent(next)}`;
      } while (after !== '');
      expect(seen).toEqual(whole.records.map(({ id }) => id));
    }
  });

  test('what has not changed is not sent again', async () => {
    const first = await server.call('viewer', 'GET', '/api/partners');
    const etag = first.headers.get('etag')!;
    const second = await server.call('viewer', 'GET', '/api/partners', undefined, {
      'If-None-Match': etag,
      // Else fetch asks for a fresh answer.
      'Cache-Control': 'max-age=0',
    });
    expect(second.status).toBe(304);
    expect(await second.text()).toBe('');
  });
});
