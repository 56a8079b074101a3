import { afterEach, describe, expect, test } from '@jest/globals';
import { orderTo, responseTo } from '../../support/documents.ts';
import { BUYER, createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';
import type { TestGatewayOptions } from '../../support/gateway.ts';

const AGREED = edited(
  REPOSITORY,
  'hansa-werkzeuge/partner.yaml',
  '  syntax: UNOC:3\n',
  '  syntax: UNOC:3\n  inboundCharset: utf-8\n',
);

let gateway: TestGateway;

afterEach(() => gateway.close());

async function start(options: TestGatewayOptions = {}) {
  gateway = await TestGateway.start(options, createWorld(options.configuration));
}

/** An answer of Hansa's with a note, its text in UTF-8 though UNB says UNOC. */
async function receiveAnswer(note: string, encoding: 'utf8' | 'latin1' = 'utf8') {
  const order = orderTo('hansa-werkzeuge', 'PO-1');
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  const written = gateway.supplier('hansa-werkzeuge').write({ ...responseTo(order), notes: [note] });
  const text = Buffer.from(written).toString('latin1');
  gateway.channel('hansa-werkzeuge').drop('answer.edi', Buffer.from(text, encoding));
  await gateway.settle();
}

async function notes(): Promise<unknown> {
  const [document] = await gateway.all('documents', { direction: 'inbound' });
  return (document!.document as { notes?: string[] } | undefined)?.notes;
}

describe('UTF-8 in an interchange that declares Latin-1', () => {
  test('is told as an exception with what to do, and the document is applied', async () => {
    await start();
    await receiveAnswer('Ware für Müller');
    expect(await notes()).toEqual(['Ware fÃ¼r MÃ¼ller']);
    const [exception, ...others] = await gateway.openExceptions();
    expect(others).toEqual([]);
    expect(exception).toMatchObject({ type: 'CHARSET', partnerId: 'hansa-werkzeuge' });
    expect(exception!.detail).toContain('"für" was read as "fÃ¼r"');
    expect(exception!.detail).toContain('edifact.inboundCharset: utf-8');
  });

  test('is read as agreed with the partner, and nothing is told', async () => {
    await start({ configuration: AGREED });
    await receiveAnswer('Ware für Müller');
    expect([await notes(), await gateway.troubles()]).toEqual([['Ware für Müller'], []]);
  });

  test('is read as agreed also where the file is too large for memory', async () => {
    await start({ configuration: AGREED, wholeFileBytes: 100 });
    await receiveAnswer('Ware für Müller');
    expect([await notes(), await gateway.troubles()]).toEqual([['Ware für Müller'], []]);
  });

  test('stays told when it is reprocessed, until it is read as agreed', async () => {
    await start();
    await receiveAnswer('Ware für Müller');
    const [file] = await gateway.all('files', { direction: 'inbound' });
    await gateway.gateway.reprocessFile(file!.id, 'Agreed with Hansa', BUYER);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual(['CHARSET']);
    gateway = await gateway.restart({ configuration: AGREED });
    await gateway.gateway.reprocessFile(file!.id, 'Agreed with Hansa', BUYER);
    await gateway.settle();
    expect(await gateway.troubles()).toEqual([]);
  });

  test('is told also where the file is too large for memory', async () => {
    await start({ wholeFileBytes: 100 });
    await receiveAnswer('Ware für Müller');
    expect(await gateway.troubles()).toEqual(['CHARSET']);
  });
});
