import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { offerFile, reportUnfetched } from '../../../src/pipeline/partner-api/partner-outbox.ts';
import { partnerRoutes } from '../../../src/web/partner-api/partner-api.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { BUYER, ERP } from '../../support/gateway.ts';
import { closeReceiver, openScene, PARTNER, WEBHOOK_SECRET } from './scene.ts';
import type { Scene } from './scene.ts';

/** What another partner would send. */
const OF_ANOTHER = path.resolve(
  import.meta.dirname,
  '../../../partners/pacific-fasteners/samples/orderResponse/without-line-numbers.read.edi',
);

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());
afterAll(closeReceiver);

interface Listed {
  documents: { id: string; cursor: string; number: string; documentType: string; contentUrl: string }[];
  cursor?: string;
  more: boolean;
}

async function released(id: string, partner: Parameters<typeof orderTo>[0] = PARTNER) {
  const order = orderTo(partner, id);
  await scene.gateway.gateway.releaseOrder(order, ERP);
  await scene.gateway.settle();
  return order;
}

const list = async (query = '') =>
  (await (await scene.call(`/partner-api/v1/documents${query}`)).json()) as Listed;

const acknowledge = (cursor: string) =>
  scene.call('/partner-api/v1/acknowledgment', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ cursor }),
  });

describe('documents that a partner posts', () => {
  test('a canonical order response as JSON confirms the order; its status tells so', async () => {
    const order = await released('PO-1');
    const response = await scene.post(JSON.stringify(responseTo(order)), 'answer-1');
    expect(response.status).toBe(202);
    const accepted = (await response.json()) as { id: string; statusUrl: string };
    expect(response.headers.get('location')).toBe(accepted.statusUrl);
    await scene.gateway.settle();
    expect((await scene.gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
    const status: unknown = await (await scene.call(accepted.statusUrl)).json();
    expect(status).toMatchObject({
      id: accepted.id,
      status: 'processed',
      findings: [],
      documents: [{ documentType: 'orderResponse', number: 'A-PO-1', status: 'applied' }],
    });
  });

  test('X12 is read as over any other channel', async () => {
    const order = await released('PO-1');
    const bytes = scene.gateway.supplier(PARTNER).write(responseTo(order));
    expect((await scene.post(bytes, 'x-1', 'application/EDI-X12')).status).toBe(202);
    await scene.gateway.settle();
    expect((await scene.gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
  });

  test('the same key and body again, also at the same time, is one document with one answer', async () => {
    const body = JSON.stringify(responseTo(await released('PO-1')));
    const responses = await Promise.all([1, 2, 3].map(() => scene.post(body, 'same')));
    const answers = (await Promise.all(responses.map((response) => response.json()))) as {
      id: string;
      repeated: boolean;
    }[];
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await scene.gateway.all('files', { direction: 'inbound' })).toHaveLength(1);
  });

  test('the same key with another body is refused, and nothing is kept of it', async () => {
    const order = await released('PO-1');
    await scene.post(JSON.stringify(responseTo(order)), 'same');
    const other = await scene.post(JSON.stringify({ ...responseTo(order), id: 'A-2' }), 'same');
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ code: 'KEY_REUSED', retryable: 'never' });
    expect(await scene.gateway.all('files', { direction: 'inbound' })).toHaveLength(1);
  });

  test('a mistake in JSON is told at once, with each field', async () => {
    const order = await released('PO-1');
    const wrong = await scene.post(JSON.stringify({ ...responseTo(order), orderId: 17 }), 'wrong');
    expect(wrong.status).toBe(400);
    const problem = (await wrong.json()) as { findings: { place: { path: string } }[] };
    expect(problem.findings.map(({ place }) => place.path)).toContain('orderId');
  });

  test.each([
    ['no key', { 'content-type': 'application/json' }, '{}', 'Idempotency-Key'],
    [
      'a type that says otherwise',
      { 'content-type': 'application/xml', 'idempotency-key': 'k' },
      '{"a":1}',
      'json',
    ],
    ['a type that nobody reads', { 'content-type': 'image/png', 'idempotency-key': 'k' }, 'x', 'image/png'],
    [
      'no document',
      { 'content-type': 'application/octet-stream', 'idempotency-key': 'k' },
      'hello',
      'no document',
    ],
  ])('%s is refused with the reason', async (_name, headers, body, reason) => {
    const response = await scene.call('/partner-api/v1/documents', { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { detail: string }).detail).toContain(reason);
  });

  test('what cannot be read is a submission that was rejected, with its findings', async () => {
    const response = await scene.post('ISA*00*', 'broken', 'application/octet-stream');
    const { statusUrl } = (await response.json()) as { statusUrl: string };
    await scene.gateway.settle();
    const status = (await (await scene.call(statusUrl)).json()) as { status: string; findings: unknown[] };
    expect(status.status).toBe('rejected');
    expect(status.findings.length).toBeGreaterThan(0);
  });

  test('a body above the limit of the channel is refused', async () => {
    await scene.close();
    scene = await openScene('maxFileBytes: 100');
    expect((await scene.post(`{"a":"${'x'.repeat(200)}"}`, 'large')).status).toBe(413);
  });
});

describe('documents that a partner fetches', () => {
  test('are listed in order, read as agreed and as JSON, and count as delivered once acknowledged', async () => {
    await released('PO-1');
    await released('PO-2');
    const { documents, cursor, more } = await list();
    expect(documents.map(({ number, documentType }) => [number, documentType])).toEqual([
      ['PO-1', 'order'],
      ['PO-2', 'order'],
    ]);
    expect(more).toBe(false);
    const content = await scene.call(documents[0]!.contentUrl);
    expect(content.headers.get('content-type')).toContain('application/EDI-X12');
    expect(await content.text()).toMatch(/^ISA\*.*BEG\*/s);
    const detail = await (await scene.call(`/partner-api/v1/documents/${documents[0]!.id}`)).json();
    expect(detail).toMatchObject({ document: { documentType: 'order', id: 'PO-1' } });

    const files = () => scene.gateway.all('files', { direction: 'outbound' });
    expect((await files()).map(({ status }) => status)).toEqual(['awaitingReceipt', 'awaitingReceipt']);
    expect((await acknowledge(documents[0]!.cursor)).status).toBe(200);
    expect((await files()).map(({ status }) => status)).toEqual(['sent', 'awaitingReceipt']);
    expect((await list()).documents.map(({ number }) => number)).toEqual(['PO-2']);
    expect(await (await acknowledge(cursor!)).json()).toEqual({ acknowledged: 1 });
    expect(await (await acknowledge(cursor!)).json()).toEqual({ acknowledged: 0 });
    expect((await list()).documents).toEqual([]);
    // Asked for by cursor, they can be read once more.
    expect((await list('?cursor=0')).documents).toHaveLength(2);
    expect((await list('?cursor=0&limit=1')).more).toBe(true);
  });

  test('a cursor that was never given out is refused', async () => {
    await released('PO-1');
    expect((await acknowledge('2')).status).toBe(400);
    expect((await list()).documents).toHaveLength(1);
  });

  test('one that nobody fetches becomes an exception, once; fetching closes it', async () => {
    await released('PO-1');
    await scene.gateway.pass({ hours: 23 });
    expect(await reportUnfetched(scene.gateway.context)).toBe(0);
    await scene.gateway.pass({ hours: 2 });
    expect(await reportUnfetched(scene.gateway.context)).toBe(1);
    expect(await reportUnfetched(scene.gateway.context)).toBe(0);
    const unfetched = () => scene.gateway.all('exceptions', { type: 'TRANSPORT_FAILED', status: 'open' });
    expect((await unfetched()).map(({ detail }) => detail).join()).toContain('was not fetched');
    await acknowledge('1');
    expect(await unfetched()).toEqual([]);
  });

  test('a delivery that is done again, as after a crash before its record, is offered once', async () => {
    await released('PO-1');
    const before = await list();
    const [offer] = await scene.gateway.all('partnerOutbox');
    const again = { key: offer!.key, name: offer!.name, bytes: Buffer.from('x') };
    await offerFile(scene.gateway.context, { partnerId: PARTNER, channelName: 'main' }, again);
    expect(await list()).toEqual(before);
  });
});

describe('who may call', () => {
  test.each(partnerRoutes.map(({ method, path }) => [method, path.replace(':id', 'x')]))(
    '%s %s needs a token',
    async (method, path) => {
      expect((await fetch(scene.url + path, { method: method.toUpperCase() })).status).toBe(401);
      const wrong = await scene.call(path, {
        method: method.toUpperCase(),
        token: 'tradelane_partner_wrong',
      });
      expect(wrong.status).toBe(401);
    },
  );

  test('a partner’s token reaches nothing of the console’s API, and the console’s none of this', async () => {
    expect((await scene.call('/api/orders')).status).toBe(401);
    const admin = await scene.call('/partner-api/v1/documents', { token: scene.adminToken });
    expect(admin.status).toBe(401);
  });

  test('documents of others are not there', async () => {
    await released('PO-9', 'hansa-werkzeuge');
    const [other] = await scene.gateway.all('files', { direction: 'outbound' });
    for (const path of ['documents', 'submissions']) {
      expect((await scene.call(`/partner-api/v1/${path}/${other!.id}`)).status).toBe(404);
    }
    const { id } = await scene.gateway.gateway.receiveFile({
      channel: 'folder',
      partnerId: 'hansa-werkzeuge',
      name: 'a.edi',
      bytes: Buffer.from('UNB'),
    });
    expect((await scene.call(`/partner-api/v1/submissions/${id}`)).status).toBe(404);
    expect((await list()).documents).toEqual([]);
  });

  test('with whom else we trade is told to nobody, nor by which identities', async () => {
    const invoice = await readFile(OF_ANOTHER, 'latin1');
    const findingsFor = async (sender: string): Promise<unknown> => {
      const body = invoice.replace('PACFAST ', `${sender} `);
      const posted = await scene.post(Buffer.from(body, 'latin1'), sender, 'application/octet-stream');
      const { statusUrl } = (await posted.json()) as { statusUrl: string };
      await scene.gateway.settle();
      const told = (await (await scene.call(statusUrl)).json()) as { status: string; findings: unknown };
      expect(told.status).toBe('rejected');
      return told.findings;
    };
    const another = await findingsFor('PACFAST');
    expect(another).toMatchObject([{ code: 'FOREIGN_SENDER' }]);
    expect(JSON.stringify(another)).not.toMatch(/pacific|pacfast/i);
    // Nor whether there is one of nearly that identity.
    expect(await findingsFor('PACFAXX')).toEqual(another);
    expect(await scene.gateway.all('exceptions')).toContainEqual(
      expect.objectContaining({ detail: expect.stringContaining('pacific-fasteners') }),
    );
  });

  test('a removed token ends at once; one of a partner without this channel may not call', async () => {
    const foreign = await scene.gateway.gateway.createPartnerToken(
      { partnerId: 'hansa-werkzeuge', name: 'hansa' },
      BUYER,
    );
    expect((await scene.call('/partner-api/v1/documents', { token: foreign })).status).toBe(403);
    await scene.gateway.gateway.removePartnerToken('northwind', BUYER);
    expect((await scene.call('/partner-api/v1/documents')).status).toBe(401);
  });

  test('more calls in a minute than agreed are put off', async () => {
    await scene.close();
    scene = await openScene('callsPerMinute: 3');
    const statuses: number[] = [];
    for (let call = 0; call < 5; call += 1)
      statuses.push((await scene.call('/partner-api/v1/documents')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });
});

describe('the webhook', () => {
  test('tells of a new document and of what became of a submission, as signed CloudEvents', async () => {
    const order = await released('PO-1');
    await scene.post(JSON.stringify(responseTo(order)), 'answer-1');
    await scene.gateway.settle();
    const events = scene.calls.map(({ body }) => JSON.parse(body) as Record<string, never>);
    expect(events.map(({ type }) => type)).toEqual([
      'tradelane.document.available',
      'tradelane.submission.changed',
    ]);
    expect(events[0]).toMatchObject({
      specversion: '1.0',
      data: { url: expect.stringContaining('/documents/') },
    });
    expect(events[1]).toMatchObject({ data: { status: 'processed', findings: 0 } });
    for (const { headers, body } of scene.calls) {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      const mac = createHmac('sha256', WEBHOOK_SECRET).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${mac}`);
      expect(headers['content-type']).toContain('application/cloudevents+json');
    }
  });

  test('is called again after a failure, with the same id and body', async () => {
    scene.answerWith(503);
    await released('PO-1');
    expect(scene.calls).toHaveLength(1);
    scene.answerWith(200);
    await scene.gateway.pass({ minutes: 2 });
    expect(scene.calls).toHaveLength(2);
    expect(scene.calls[1]!.body).toBe(scene.calls[0]!.body);
    expect(scene.calls[1]!.headers['webhook-id']).toBe(scene.calls[0]!.headers['webhook-id']);
  });

  test('a redirect is not followed, and a refusal is for a person', async () => {
    scene.answerWith(302);
    await released('PO-1');
    expect(scene.calls).toHaveLength(1);
    expect((await scene.gateway.all('work', { kind: 'tellPartner' }))[0]?.status).toBe('dead');
    expect(await scene.gateway.troubles()).toContain('TRANSPORT_FAILED');
  });

  test.each([
    ['allowPrivateAddresses: true', 'not https'],
    ['allowHttp: true', 'private network'],
  ])('is not called where only %s is set', async (settings, reason) => {
    await scene.close();
    scene = await openScene('', settings);
    await released('PO-1');
    expect(scene.calls).toEqual([]);
    const [item] = await scene.gateway.all('work', { kind: 'tellPartner' });
    expect(item?.history.at(-1)?.message).toContain(reason);
  });
});

test('the description holds every address, with its types and its key', async () => {
  const document = (await (await fetch(`${scene.url}/partner-api/openapi.json`)).json()) as {
    paths: Record<
      string,
      Record<string, { requestBody?: { content: object }; parameters: { name: string }[] }>
    >;
  };
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(described.sort()).toEqual(
    partnerRoutes.map(({ method, path }) => `${method} ${path.replace(':id', '{id}')}`).sort(),
  );
  const post = document.paths['/partner-api/v1/documents']!['post']!;
  expect(Object.keys(post.requestBody!.content)).toContain('application/EDI-X12');
  expect(post.parameters.map(({ name }) => name)).toEqual(['Idempotency-Key']);
});
