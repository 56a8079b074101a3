import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAlerts } from '../../src/alerts/create-alerts.ts';
import { WebhookAlerts } from '../../src/alerts/webhook-alerts.ts';
import { WebhookEvents } from '../../src/alerts/webhook-events.ts';
import { FakeTime } from '../pipeline/fake-time.ts';
import { silentLogger } from '../support/silent-logger.ts';

let server: Server;
let url: string;
let answer: number | 'never';
let requests: { headers: IncomingHttpHeaders; body: string; path: string | undefined }[];
beforeEach(async () => {
  answer = 204;
  requests = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      requests.push({ headers: request.headers, body, path: request.url });
      if (answer === 'never') return;
      response.writeHead(answer, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=secret-token`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const time = new FakeTime();
const notice = {
  key: 'notify/PO-1/über',
  audience: 'buyer',
  subject: 'No answer to order PO-1',
  text: 'Due since 2026-03-01.',
  link: 'http://127.0.0.1:8080/orders/PO-1',
  contacts: [],
};

test('the log names who should know what, and never the text with its data', async () => {
  const lines: unknown[] = [];
  const logger = {
    ...silentLogger,
    warn: (fields: object, message: string) => lines.push([fields, message]),
  };
  await createAlerts({ logger, clock: time }).notify(notice);
  expect(lines).toEqual([
    [{ key: notice.key, audience: 'buyer', link: notice.link }, 'No answer to order PO-1'],
  ]);
  expect(requests).toEqual([]);
});

test.each([
  ['any text', 'a secret of sixteen', Buffer.from('a secret of sixteen')],
  [
    'bytes in Base64',
    `whsec_${Buffer.from('sixteen bytes...').toString('base64')}`,
    Buffer.from('sixteen bytes...'),
  ],
])('the webhook gets the notice, signed so that the receiver can check it: %s', async (_, secret, key) => {
  await createAlerts({ logger: silentLogger, clock: time, webhook: { url, secret } }).notify(notice);
  const [request] = requests;
  expect(JSON.parse(request?.body ?? '')).toEqual(notice);
  const id = String(request?.headers['webhook-id']);
  expect(decodeURIComponent(id)).toBe(notice.key);
  expect(request?.headers['webhook-timestamp']).toBe(String(Date.parse(time.now()) / 1000));
  const signed = `${id}.${String(request?.headers['webhook-timestamp'])}.${request?.body ?? ''}`;
  expect(request?.headers['webhook-signature']).toBe(
    `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
  );
});

test('a receiver that is not there is told with the reason', async () => {
  server.close();
  await expect(new WebhookAlerts({ url, clock: time }).notify(notice)).rejects.toMatchObject({
    code: 'TRANSPORT_UNAVAILABLE',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test.each([
  [500, 'TRANSPORT_UNAVAILABLE'],
  [429, 'TRANSPORT_UNAVAILABLE'],
  [404, 'TRANSPORT_REJECTED'],
  [302, 'TRANSPORT_REJECTED'],
])('an answer of %d is %s, and shows no token of the address', async (status, code) => {
  answer = status;
  const error: unknown = await new WebhookAlerts({ url, clock: time })
    .notify(notice)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, message: expect.stringContaining(`answered ${status}`) });
  expect(String(error)).not.toContain('secret-token');
  expect(requests.map((request) => request.path)).toEqual(['/hook?token=secret-token']);
});

test('no answer in time can be tried again later', async () => {
  answer = 'never';
  await expect(new WebhookAlerts({ url, clock: time, timeoutMs: 50 }).notify(notice)).rejects.toMatchObject({
    code: 'TRANSPORT_UNAVAILABLE',
    retryable: 'later',
  });
});

test('business events come as a batch of CloudEvents under one key', async () => {
  const events = [
    {
      specversion: '1.0' as const,
      id: 'e1',
      source: '/tradelane',
      type: 't',
      subject: 'PO-1',
      time: time.now(),
      datacontenttype: 'application/json' as const,
      data: {},
    },
  ];
  await new WebhookEvents({ url, secret: 'a secret of sixteen', clock: time }).send({
    key: 'events/1-1',
    events,
  });
  const [request] = requests;
  expect(request?.headers['content-type']).toBe('application/cloudevents-batch+json');
  expect(decodeURIComponent(String(request?.headers['webhook-id']))).toBe('events/1-1');
  expect(request?.headers['webhook-signature']).toMatch(/^v1,/);
  expect(JSON.parse(request?.body ?? '')).toEqual(events);
});
