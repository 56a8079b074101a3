import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import type { PartnerId } from '../../support/documents.ts';
import { createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await TestGateway.start();
});
afterEach(() => gateway.close());

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** An accepted answer of the partner to a released order, as text to be spoilt. */
async function answerOf(partner: PartnerId, id = 'PO-1'): Promise<string> {
  const order = orderTo(partner, id);
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  return latin1(gateway.supplier(partner).write(responseTo(order)));
}

async function receive(partner: PartnerId, content: string | Uint8Array, name = 'spoilt.edi') {
  gateway.channel(partner).drop(name, content);
  await gateway.settle();
  const [file] = await gateway.all('files', { direction: 'inbound' });
  return file!;
}

/** The order was not touched, and the bytes are kept. */
async function expectNothingApplied(content: string | Uint8Array) {
  for (const { state } of await gateway.all('orders')) expect(state.responses).toEqual([]);
  expect(await gateway.all('erpCommands')).toEqual([]);
  const [file] = await gateway.all('files', { direction: 'inbound' });
  const kept = await gateway.world.store.readArchive(file!.sha256);
  expect(
    Buffer.from(kept!).equals(typeof content === 'string' ? Buffer.from(content, 'latin1') : content),
  ).toBe(true);
}

describe('a file that nobody can read', () => {
  const utf16 = Buffer.from('\ufeffISA*00*          *00*', 'utf16le');
  const ebcdic = Buffer.from([
    0xc9, 0xe2, 0xc1, 0x5c, 0xf0, 0xf0, 0x5c, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40,
    0x5c,
  ]);
  const cases: [string, string | Uint8Array, RegExp][] = [
    ['is empty', '', /0 bytes/],
    ['is blank', '  \r\n ', /white space/],
    ['is binary noise', Buffer.from([0, 255, 1, 254, 137, 80, 78, 71, 13, 10, 26, 10]), /control characters/],
    ['is UTF-16', utf16, /UTF-16/],
    ['is EBCDIC', ebcdic, /EBCDIC/],
    ['is a letter', 'Dear customer\nplease find attached our order response, as agreed.', /Tradelane reads/],
    ['is JSON', '{"order": "PO-1"}', /JSON/],
    [
      'is X12 without its envelope',
      'GS*PR*A*B*20260302*0800*1*X*004010~ST*855*0001~SE*2*0001~GE*1*1~',
      /without ISA/,
    ],
    [
      'is XML that is not well-formed',
      '<?xml version="1.0"?><OrderResponse><a></b></OrderResponse>',
      /well-formed|expected|closing/i,
    ],
    [
      'is XML with an entity bomb',
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>',
      /DOCTYPE|document type|entit/i,
    ],
  ];
  test.each(cases)('because it %s lies in error/ beside its reason', async (_, content, reason) => {
    await gateway.gateway.releaseOrder(orderTo('northwind-hardware', 'PO-1'), ERP);
    const file = await receive('northwind-hardware', content);
    expect(file.status).toBe('rejected');
    expect(file.findings[0]!.message).toMatch(reason);
    expect(await gateway.troubles()).toEqual(['PARSE_ERROR']);
    const [exception] = await gateway.openExceptions();
    expect(exception!).toMatchObject({ fileId: file.id, partnerId: 'northwind-hardware' });
    expect(exception!.detail).toMatch(reason);
    const told = gateway.channel('northwind-hardware').errors.get('spoilt.edi')!;
    expect(told.reason).toMatch(reason);
    expect(told.reason).toContain('spoilt.edi was rejected');
    await expectNothingApplied(content);
  });
});

describe('a faulty interchange', () => {
  test('of an unknown sender is kept, told with the nearest partner, and not answered', async () => {
    const answer = await answerOf('northwind-hardware');
    const content = answer.replace('6125550142 ', '6125550143 ');
    const file = await receive('northwind-hardware', content);
    expect(file.status).toBe('rejected');
    const [exception] = await gateway.openExceptions();
    expect(exception).toMatchObject({ type: 'UNKNOWN_PARTNER', fileId: file.id });
    expect(exception!.evidence[0]).toMatchObject({
      actual: expect.stringContaining('6125550143'),
      expected: expect.stringContaining('6125550142'),
    });
    expect(gateway.channel('northwind-hardware').errors.get('spoilt.edi')!.reason).toContain('6125550143');
    expect(gateway.channel('northwind-hardware').deliveries).toHaveLength(1);
    await expectNothingApplied(content);
  });

  test('that speaks for another partner is refused', async () => {
    const content = await answerOf('northwind-hardware');
    const file = await receive('pacific-fasteners', content);
    expect(file).toMatchObject({ status: 'rejected', partnerId: 'pacific-fasteners' });
    expect(await gateway.troubles()).toEqual(['UNKNOWN_PARTNER']);
    expect(gateway.channel('pacific-fasteners').errors.get('spoilt.edi')!.reason).toContain(
      'northwind-hardware',
    );
    expect(gateway.channel('northwind-hardware').deliveries).toHaveLength(1);
    await expectNothingApplied(content);
  });

  test('with a wrong segment count is rejected at its place, and acknowledged so', async () => {
    const answer = await answerOf('northwind-hardware');
    const content = answer.replace(/~(\s*)SE\*\d+\*/, '~$1SE*99*');
    const file = await receive('northwind-hardware', content);
    expect(file.status).toBe('rejected');
    const [exception] = await gateway.openExceptions();
    expect(exception).toMatchObject({ type: 'PARSE_ERROR', fileId: file.id });
    expect(exception!.evidence[0]).toMatchObject({
      actual: '99',
      place: { segmentId: 'SE', element: 1 },
      snippet: expect.stringContaining('SE*99'),
    });
    expect(gateway.channel('northwind-hardware').sent('997')).toMatch(/AK5\*R\*4/);
    expect(gateway.channel('northwind-hardware').errors.get('spoilt.edi')!.reason).toContain('99');
    await expectNothingApplied(content);
  });

  test('with a wrong control number in its trailer is rejected as a whole', async () => {
    const answer = await answerOf('northwind-hardware');
    const content = answer.replace(/IEA\*1\*\d+/, 'IEA*1*000000009');
    const file = await receive('northwind-hardware', content);
    expect(file.status).toBe('rejected');
    expect(await gateway.troubles()).toEqual(['PARSE_ERROR']);
    expect(gateway.channel('northwind-hardware').sent('TA1')).toMatch(/TA1\*.*\*R\*001~/);
    await expectNothingApplied(content);
  });

  test.each([
    ['a control number in its trailer that is not its own', /GE\*1\*\d+/, 'GE*1*999', '999', 'GE'],
    ['a header that is not as it should be', /GS\*PR\*(\w+)\*/, 'GS*PR*$1*$1*', 'GS04', 'GS'],
  ])('whose group has %s is told at its place', async (_, from, to, detail, segmentId) => {
    const content = (await answerOf('northwind-hardware')).replace(from, to);
    const file = await receive('northwind-hardware', content);
    expect(file.status).toBe('rejected');
    expect(await gateway.troubles()).toEqual(['PARSE_ERROR']);
    const [exception] = await gateway.openExceptions();
    expect(exception).toMatchObject({ fileId: file.id, detail: expect.stringContaining(detail) });
    expect(exception!.detail).toMatch(/1 transaction was rejected\. .*[^.]\.$/);
    expect(exception!.evidence[0]).toMatchObject({
      place: { segmentId },
      snippet: expect.stringContaining(segmentId),
    });
    expect(gateway.channel('northwind-hardware').sent('997')).toMatch(/AK9\*R\*/);
    await expectNothingApplied(content);
  });

  test('with one faulty group among good ones applies the good ones, and tells of the other', async () => {
    const answer = await answerOf('northwind-hardware', 'PO-1');
    const other = await answerOf('northwind-hardware', 'PO-2');
    const bad = /GS\*PR[^]*?GE\*1\*\d+~\n/.exec(other)![0].replace(/GE\*1\*\d+/, 'GE*1*999');
    const content = answer.replace('IEA*1*', `${bad}IEA*2*`);
    const file = await receive('northwind-hardware', content);
    expect(file.status).toBe('partlyProcessed');
    const badges = (await gateway.all('orders')).map(({ id, badge }) => `${id} ${badge}`);
    expect(badges).toEqual(['PO-1 CONFIRMED', 'PO-2 AWAITING']);
    expect(await gateway.troubles()).toEqual(['PARSE_ERROR']);
  });

  test('with an unknown code is told with the code, the map and its place', async () => {
    const answer = await answerOf('northwind-hardware');
    const content = answer.replace(/\*24\*EA\*/, '*24*1A*');
    const file = await receive('northwind-hardware', content);
    expect(await gateway.troubles()).toEqual(['UNKNOWN_CODE']);
    const [exception] = await gateway.openExceptions();
    expect(exception!.evidence[0]).toMatchObject({ actual: '1A', place: { segmentId: 'PO1' } });
    expect(file.status).toBe('rejected');
    expect(gateway.channel('northwind-hardware').errors.get('spoilt.edi')!.reason).toContain('1A');
    await expectNothingApplied(content);
  });

  test('with a transaction that no map reads is told', async () => {
    const answer = await answerOf('northwind-hardware');
    const content = answer.replace('GS*PR*', 'GS*IB*').replace('ST*855*', 'ST*846*');
    await receive('northwind-hardware', content);
    const [exception] = await gateway.openExceptions();
    expect(exception!.detail).toContain('846');
    await expectNothingApplied(content);
  });

  test('with one bad transaction among good ones applies the good ones', async () => {
    const answer = await answerOf('northwind-hardware', 'PO-1');
    const other = await answerOf('northwind-hardware', 'PO-2');
    const transaction = /ST\*855[^]*?SE\*\d+\*0001~\n/.exec(other)![0];
    const bad = transaction.replaceAll('*0001', '*0002').replace('BAK*00*', 'BAK*XX*');
    const content = answer.replace('GE*1*', `${bad}GE*2*`);
    const file = await receive('northwind-hardware', content);
    expect(file.status).toBe('partlyProcessed');
    const badges = (await gateway.all('orders')).map(({ id, badge }) => `${id} ${badge}`);
    expect(badges).toEqual(['PO-1 CONFIRMED', 'PO-2 AWAITING']);
    expect(gateway.channel('northwind-hardware').sent('997')).toMatch(
      /AK2\*855\*0001~[^]*AK5\*A~[^]*AK2\*855\*0002~[^]*AK5\*R[^]*AK9\*P\*2\*2\*1~/,
    );
    expect(await gateway.troubles()).toEqual(['PARSE_ERROR']);
    expect((await gateway.all('documents', { direction: 'inbound' })).map(({ status }) => status)).toEqual([
      'applied',
      'rejected',
    ]);
  });

  test('of test data from the test identity of a productive partner is acknowledged, not applied, and asks nobody', async () => {
    const answer = await answerOf('northwind-hardware');
    const content = answer.replace(/\*P\*>~/, '*T*>~').replace('*NWHARDWARE*', '*NWHTEST*');
    const file = await receive('northwind-hardware', content);
    expect(await gateway.troubles()).toEqual([]);
    expect(file.findings.map(({ code }) => code)).toContain('TEST_DATA');
    expect(gateway.channel('northwind-hardware').sent('997')).toContain('AK5*A~');
    expect(await gateway.all('documents', { direction: 'inbound' })).toMatchObject([{ status: 'ignored' }]);
    await expectNothingApplied(content);
  });

  test('of test data on a production identity is acknowledged and not applied', async () => {
    const answer = await answerOf('northwind-hardware');
    const content = answer.replace(/\*P\*>~/, '*T*>~');
    const file = await receive('northwind-hardware', content);
    expect(await gateway.troubles()).toEqual(['USAGE_MISMATCH']);
    expect(file.findings.map(({ code }) => code)).toContain('USAGE_MISMATCH');
    expect(gateway.channel('northwind-hardware').sent('997')).toContain('AK5*A~');
    expect(await gateway.all('documents', { direction: 'inbound' })).toMatchObject([{ status: 'ignored' }]);
    await expectNothingApplied(content);
  });

  test('among others in one file does not keep them from being applied', async () => {
    const good = await answerOf('northwind-hardware', 'PO-1');
    const other = await answerOf('northwind-hardware', 'PO-2');
    const file = await receive(
      'northwind-hardware',
      `${good}garbage\n${other.replace('6125550142 ', '6125550199 ')}`,
    );
    expect(file.status).toBe('partlyProcessed');
    expect((await gateway.all('orders')).map(({ badge }) => badge)).toEqual(['CONFIRMED', 'AWAITING']);
    expect(await gateway.troubles()).toContain('UNKNOWN_PARTNER');
  });

  test('of EDIFACT is answered by a CONTRL that names the place', async () => {
    const answer = await answerOf('hansa-werkzeuge');
    const content = answer.replace(/UNT\+\d+\+/, 'UNT+99+');
    await receive('hansa-werkzeuge', content);
    expect(gateway.channel('hansa-werkzeuge').sent('CONTRL')).toMatch(
      /UCM\+1\+ORDRSP:D:96A:UN:EAN008\+4\+29/,
    );
    expect(await gateway.troubles()).toEqual(['PARSE_ERROR']);
    await expectNothingApplied(content);
  });
});

describe('bytes outside of all interchanges', () => {
  test('are told, and what was read is applied: they may be another interchange whose header was damaged', async () => {
    const good = await answerOf('northwind-hardware', 'PO-1');
    const other = await answerOf('northwind-hardware', 'PO-2');
    const file = await receive('northwind-hardware', good + other.replace('ISA*00', 'I5A*00'));
    expect(file).toMatchObject({
      status: 'partlyProcessed',
      findings: [{ code: 'NOISE', severity: 'error' }],
    });
    expect((await gateway.all('orders')).map(({ badge }) => badge)).toEqual(['CONFIRMED', 'AWAITING']);
    const [exception] = await gateway.openExceptions();
    expect(exception).toMatchObject({
      type: 'PARSE_ERROR',
      fileId: file.id,
      partnerId: 'northwind-hardware',
    });
    expect(exception!.detail).toContain('stand after the last interchange');
    expect(exception!.evidence[0]!.snippet).toContain('I5A*00');
  });

  test('are a warning where they are agreed', async () => {
    await gateway.close();
    const agreed = edited(
      REPOSITORY,
      'pacific-fasteners/partner.yaml',
      'trimmedIsa: true',
      'trimmedIsa: true\n  noise: true\n  byteOrderMark: true',
    );
    gateway = await TestGateway.start({ configuration: agreed }, createWorld(agreed));
    const answer = await answerOf('pacific-fasteners');
    const file = await receive('pacific-fasteners', `\xef\xbb\xbf${answer}\x1a`);
    expect(file.status).toBe('processed');
    expect(file.findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'BYTE_ORDER_MARK warning',
      'NOISE warning',
    ]);
    expect(await gateway.troubles()).toEqual([]);
  });
});

describe('an XML document', () => {
  test('with an unknown root is told', async () => {
    await receive('nordic-lighting', '<?xml version="1.0"?><Catalogue/>', 'c.xml');
    const [exception] = await gateway.openExceptions();
    expect(exception).toMatchObject({ type: 'MAP_ERROR', partnerId: 'nordic-lighting' });
    expect(gateway.channel('nordic-lighting').errors.get('c.xml')!.reason).toContain('Catalogue');
  });

  test('with a value that is none is told with its place', async () => {
    const answer = await answerOf('nordic-lighting');
    const content = answer.replace(/(PriceAmount[^>]*>)[\d.]+/, '$1ten');
    await receive('nordic-lighting', content, 'a.xml');
    expect(await gateway.troubles()).toEqual(['MAP_ERROR']);
    const [exception] = await gateway.openExceptions();
    expect(exception!.evidence[0]).toMatchObject({
      actual: 'ten',
      snippet: expect.stringContaining('PriceAmount'),
    });
    await expectNothingApplied(content);
  });

  test('over the API of nobody finds its sender by itself, or tells that it cannot', async () => {
    const answer = await answerOf('nordic-lighting');
    const send = (bytes: string) =>
      gateway.gateway.receiveFile({
        channel: 'api',
        partnerId: '',
        name: 'a.xml',
        bytes: Buffer.from(bytes),
      });
    await send(answer.replaceAll('5790000000012', '5790000000999').replaceAll('NORDIC', 'OTHER'));
    await gateway.settle();
    expect(await gateway.troubles()).toEqual(['UNKNOWN_PARTNER']);
  });
});
