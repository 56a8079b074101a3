import { createServer, request } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GatewayError } from '../../src/common/errors.ts';
import { readCxmlHeader, readCxmlStatus } from '../../src/edi/xml/cxml.ts';
import { parseXml } from '../../src/edi/xml/index.ts';
import type { Channel } from '../../src/pipeline/ports/transport.ts';
import { CxmlChannel } from '../../src/transports/cxml/cxml-channel.ts';
import { orderTo, receiptOf } from '../support/documents.ts';
import type { Configuration } from '../support/gateway.ts';
import { createWorld, ERP, REPOSITORY, TestGateway } from '../support/gateway.ts';
import type { TestServer } from './client.ts';
import { startServer } from './client.ts';

const PARTNER = 'nordic-lighting';
const SECRETS: Record<string, string> = { ours: 'we & you', theirs: 'abracadabra', next: 'hocus-pocus' };
const secrets = {
  read: (name: string) =>
    SECRETS[name] === undefined
      ? Promise.reject(new GatewayError('SECRET_MISSING', `${name} is not set`))
      : Promise.resolve(SECRETS[name]),
};

let supplier: Server;
const posted: { headers: IncomingMessage['headers']; text: string }[] = [];
let reply: { status: number; body: string };
let gateway: TestGateway;
let server: TestServer;

function statusXml(code: string, text: string, detail = ''): string {
  return `<?xml version="1.0"?><cXML payloadID="9@nordic" timestamp="2026-03-02T08:00:00Z"><Response><Status code="${code}" text="${text}">${detail}</Status></Response></cXML>`;
}

function configurationFor(url: string): Configuration {
  const text = `
partner: ${PARTNER}
name: Nordic Lighting A/S
accounts: { supplierId: NORDIC }
currency: EUR
xml:
  identities: [{ id: 'AN-NORDIC', scheme: NetworkID }]
  ourIdentities: [{ id: 'AN-TRADELANE', scheme: NetworkID }]
channels:
  - type: cxml
    url: ${url}
    allowHttp: true
    sharedSecret: { secret: ours }
    acceptSecrets: [{ secret: theirs }, { secret: next }]
documents:
  order: { out: xml/cxml-1.2/order }
  orderChange: { out: xml/cxml-1.2/order-change }
  orderResponse: { in: xml/cxml-1.2/order-response }
  despatchAdvice: { in: xml/cxml-1.2/despatch-advice }
  invoice: { in: xml/cxml-1.2/invoice }
  creditNote: { in: xml/cxml-1.2/credit-note }
acknowledgments:
  send: { functional: never, interchange: never }
  expect: { functional: false }
policy:
  changeStyle: replacement
  invoice: { matchMode: 3-way }
`;
  const partners = REPOSITORY.partners.map((file) =>
    file.path === `${PARTNER}/partner.yaml` ? { ...file, text } : file,
  );
  return { ...REPOSITORY, partners };
}

beforeEach(async () => {
  posted.length = 0;
  reply = { status: 200, body: statusXml('200', 'OK') };
  supplier = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posted.push({ headers: request.headers, text: Buffer.concat(chunks).toString() });
      response.writeHead(reply.status, { 'Content-Type': 'text/xml' }).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => supplier.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(supplier.address() as AddressInfo).port}/orders`;
  const configuration = configurationFor(url);
  const world = createWorld(configuration);
  gateway = await TestGateway.start(
    {
      configuration,
      transport: ({ partners, clock }) => {
        const settings = partners.partners.find(({ partner }) => partner === PARTNER)!.channels[0]!;
        if (settings.type !== 'cxml') throw new Error('not cXML');
        const channel = new CxmlChannel(settings, { partnerId: PARTNER, clock, secrets });
        return { channels: new Map<string, Channel>([...world.channels, [PARTNER, channel]]) };
      },
    },
    world,
  );
  server = await startServer({ gateway: gateway.gateway, time: world.time } as never, { secrets });
});
afterEach(async () => {
  await server.close();
  await gateway.close();
  supplier.closeAllConnections();
  supplier.close();
});

interface Sent {
  payloadId?: string;
  secret?: string;
  from?: string;
}

function cxml(
  request: string,
  { payloadId = '1@nordic', secret = 'abracadabra', from = 'AN-NORDIC' }: Sent = {},
): string {
  const credential = (identity: string) => `<Credential domain="NetworkId"><Identity>${identity}</Identity>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.061/Fulfill.dtd">
<cXML payloadID="${payloadId}" timestamp="2026-03-02T09:00:00+01:00"><Header>
<From>${credential(from)}</Credential></From><To>${credential('AN-TRADELANE')}</Credential></To>
<Sender>${credential(from)}<SharedSecret>${secret}</SharedSecret></Credential><UserAgent>Nordic ERP</UserAgent></Sender>
</Header><Request deploymentMode="production">${request}</Request></cXML>`;
}

const confirmation = (orderId: string, status: string) =>
  `<ConfirmationRequest><ConfirmationHeader confirmID="OC-1" noticeDate="2026-03-02T09:00:00+01:00" type="detail"/>
   <OrderReference orderID="${orderId}"><DocumentReference payloadID="x"/></OrderReference>
   <ConfirmationItem lineNumber="1" quantity="100"><UnitOfMeasure>EA</UnitOfMeasure>${status}</ConfirmationItem></ConfirmationRequest>`;

async function post(body: string | Uint8Array): Promise<ReturnType<typeof readCxmlStatus>> {
  const response = await fetch(`${server.url}/cxml`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml; charset=UTF-8' },
    body,
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/xml; charset=utf-8']);
  const status = readCxmlStatus(new Uint8Array(await response.arrayBuffer()));
  await gateway.settle();
  return status;
}

async function release(id = 'PO-1'): Promise<void> {
  await gateway.gateway.releaseOrder(orderTo(PARTNER, id), ERP);
  await gateway.settle();
}

describe('an order to a cXML supplier', () => {
  test('is POSTed with the credentials of both and our secret, which no archive holds', async () => {
    await release();
    expect(posted).toHaveLength(1);
    const { root } = parseXml(Buffer.from(posted[0]!.text));
    expect(readCxmlHeader(root!)).toMatchObject({
      type: 'OrderRequest',
      from: [{ domain: 'NetworkID', identity: 'AN-TRADELANE' }],
      to: [{ domain: 'NetworkID', identity: 'AN-NORDIC' }],
      sharedSecret: 'we & you',
    });
    expect(posted[0]!.text).toContain('<OrderRequestHeader orderID="PO-1"');
    const [file] = await gateway.all('files', { direction: 'outbound' });
    const kept = Buffer.from((await gateway.world.store.readArchive(file!.sha256))!).toString();
    expect(kept).not.toContain('SharedSecret');
    expect((await gateway.all('documents'))[0]).toMatchObject({
      transactionType: 'OrderRequest',
      status: 'sent',
    });
  });

  test('is delivered when the Response says so, whatever HTTP says', async () => {
    reply = { status: 200, body: statusXml('401', 'Unauthorized', 'Bad secret') };
    await release();
    expect((await gateway.openExceptions()).map(({ detail }) => detail).join()).toContain(
      '401 Unauthorized Bad secret',
    );
  });

  test.each([
    [{ status: 200, body: statusXml('500', 'Busy') }, 2],
    [{ status: 503, body: 'down' }, 2],
    [{ status: 200, body: '<html>Sign in</html>' }, 1],
    [{ status: 200, body: '' }, 1],
  ])('after the answer %j is sent %i times, always as the same document', async (answer, times) => {
    reply = answer;
    await release();
    reply = { status: 200, body: statusXml('200', 'OK') };
    await gateway.pass({ minutes: 3 });
    expect(posted).toHaveLength(times);
    expect(new Set(posted.map(({ text }) => text)).size).toBe(1);
  });

  test('that changes is sent again as a whole, and a cancelled one deleted', async () => {
    await release();
    await post(
      cxml(
        confirmation(
          'PO-1',
          '<ConfirmationStatus type="accept" quantity="100"><UnitOfMeasure>EA</UnitOfMeasure></ConfirmationStatus>',
        ),
      ),
    );
    await gateway.gateway.cancelOrder('PO-1', 'not needed', ERP);
    await gateway.settle();
    expect(posted.at(-1)!.text).toMatch(/<OrderRequestHeader orderID="PO-1"[^>]* type="delete"/);
  });
});

describe('what the supplier sends', () => {
  test('a confirmation, a ship notice and an invoice reach the order; the bill is approved', async () => {
    const order = orderTo(PARTNER, 'PO-1');
    await release();
    const items = order.lines
      .map(
        ({ id, quantity }) =>
          `<ConfirmationItem lineNumber="${id}" quantity="${quantity.value}"><UnitOfMeasure>EA</UnitOfMeasure><ConfirmationStatus type="accept" quantity="${quantity.value}"><UnitOfMeasure>EA</UnitOfMeasure></ConfirmationStatus></ConfirmationItem>`,
      )
      .join('');
    expect(
      await post(
        cxml(
          `<ConfirmationRequest><ConfirmationHeader confirmID="OC-1" noticeDate="2026-03-02T09:00:00Z" type="detail"/><OrderReference orderID="PO-1"/>${items}</ConfirmationRequest>`,
        ),
      ),
    ).toMatchObject({ code: 200 });
    expect(await gateway.troubles()).toEqual([]);
    const shipped = order.lines
      .map(
        ({ id, quantity }) =>
          `<ShipNoticeItem lineNumber="${id}" quantity="${quantity.value}"><UnitOfMeasure>EA</UnitOfMeasure></ShipNoticeItem>`,
      )
      .join('');
    await post(
      cxml(
        `<ShipNoticeRequest><ShipNoticeHeader shipmentID="SN-1" noticeDate="2026-03-02T10:00:00Z" shipmentDate="2026-03-02T10:00:00Z"/><ShipNoticePortion><OrderReference orderID="PO-1"/>${shipped}</ShipNoticePortion></ShipNoticeRequest>`,
        { payloadId: '2@nordic' },
      ),
    );
    await gateway.gateway.receiveGoods(receiptOf(order), ERP);
    const money = (amount: number) => `<Money currency="EUR">${amount.toFixed(2)}</Money>`;
    const amounts = order.lines.map(({ quantity, price }) => Number(quantity.value) * Number(price!.amount));
    const billed = order.lines
      .map(
        ({ id, quantity, price }, index) =>
          `<InvoiceDetailItem invoiceLineNumber="${index + 1}" quantity="${quantity.value}"><UnitOfMeasure>EA</UnitOfMeasure><UnitPrice><Money currency="EUR">${price!.amount}</Money></UnitPrice><InvoiceDetailItemReference lineNumber="${id}"/><SubtotalAmount>${money(amounts[index]!)}</SubtotalAmount></InvoiceDetailItem>`,
      )
      .join('');
    const total = money(amounts.reduce((sum, amount) => sum + amount, 0));
    await post(
      cxml(
        `<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="INV-1" invoiceDate="2026-03-02T11:00:00Z" purpose="standard" operation="new"><InvoiceDetailHeaderIndicator/><InvoiceDetailLineIndicator/></InvoiceDetailRequestHeader><InvoiceDetailOrder><InvoiceDetailOrderInfo><OrderReference orderID="PO-1"/></InvoiceDetailOrderInfo>${billed}</InvoiceDetailOrder><InvoiceDetailSummary><SubtotalAmount>${total}</SubtotalAmount><NetAmount>${total}</NetAmount></InvoiceDetailSummary></InvoiceDetailRequest>`,
        { payloadId: '3@nordic' },
      ),
    );
    expect(await gateway.troubles()).toEqual([]);
    expect(await gateway.all('invoices')).toMatchObject([{ number: 'INV-1', status: 'AUTO_APPROVED' }]);
  });

  test('is kept without its secret', async () => {
    await release();
    await post(cxml(confirmation('PO-1', '')));
    const [file] = await gateway.all('files', { direction: 'inbound' });
    const kept = Buffer.from((await gateway.world.store.readArchive(file!.sha256))!).toString();
    expect(kept).toContain('<SharedSecret></SharedSecret>');
    expect(kept).not.toContain('abracadabra');
  });

  test('counts once under one payloadID; another document under it is refused', async () => {
    await release();
    const status =
      '<ConfirmationStatus type="accept" quantity="100"><UnitOfMeasure>EA</UnitOfMeasure></ConfirmationStatus>';
    expect(await post(cxml(confirmation('PO-1', status)))).toMatchObject({ code: 200 });
    expect(await post(cxml(confirmation('PO-1', status), { secret: 'hocus-pocus' }))).toMatchObject({
      code: 200,
    });
    expect(await post(cxml(confirmation('PO-2', status)))).toMatchObject({ code: 409 });
    expect(await gateway.all('files', { direction: 'inbound' })).toHaveLength(1);
  });

  test.each([
    ['a wrong secret', cxml(confirmation('PO-1', ''), { secret: 'wrong' }), 401],
    ['no secret', cxml(confirmation('PO-1', ''), { secret: '' }), 401],
    ['somebody unknown', cxml(confirmation('PO-1', ''), { from: 'AN-NOBODY' }), 401],
    ['what is no XML', 'ISA*00*', 400],
    ['another XML', '<Invoice/>', 400],
    ['no payloadID', cxml(confirmation('PO-1', ''), { payloadId: '' }), 400],
    ['a request that buyers do not take', cxml('<PunchOutSetupRequest operation="create"/>'), 450],
    ['a body that is too large', `<cXML>${' '.repeat(27_000_000)}</cXML>`, 400],
  ])('%s is refused with a status, and nothing is kept', async (_name, body, code) => {
    expect(await post(body)).toMatchObject({ code });
    expect(await gateway.all('files', { direction: 'inbound' })).toEqual([]);
  });

  test('of a stranger is refused before it has come, whatever it goes on with', async () => {
    const { port } = new URL(server.url);
    const stranger = cxml('', { secret: 'wrong' }).replace('</Request></cXML>', '');
    const [status, answer] = await new Promise<[number, string]>((resolve, reject) => {
      const call = request({ port, host: '127.0.0.1', path: '/cxml', method: 'POST' }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve([response.statusCode ?? 0, text]));
      });
      call.once('error', reject);
      // Never ended: the answer comes all the same.
      call.write(stranger + '<a>'.repeat(30_000));
    });
    expect([status, readCxmlStatus(Buffer.from(answer))?.code]).toEqual([200, 401]);
  });

  test('in an encoding in which the secret cannot be taken out is refused', async () => {
    const text = cxml(confirmation('PO-1', '')).replace('UTF-8', 'UTF-16');
    expect(await post(Buffer.from(`\ufeff${text}`, 'utf16le'))).toMatchObject({ code: 406 });
  });

  test('asks for our profile and learns what is taken, and where', async () => {
    const response = await fetch(`${server.url}/cxml`, { method: 'POST', body: cxml('<ProfileRequest/>') });
    const text = await response.text();
    expect(text).toContain('<Transaction requestName="ConfirmationRequest">');
    expect(text).toContain(`<URL>${server.url}/cxml</URL>`);
  });
});
