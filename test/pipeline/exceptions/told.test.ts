import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EXCEPTION_CATALOGUE } from '../../../src/tracking/exception-catalogue.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

const PARTNER = 'northwind-hardware';

describe('what is told of a file', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await TestGateway.start()));
  afterEach(() => gateway.close());

  test('an interchange that comes again is on record, and nobody has to act', async () => {
    const order = orderTo(PARTNER, 'PO-1');
    await gateway.gateway.releaseOrder(order, ERP);
    const bytes = gateway.supplier(PARTNER).write(responseTo(order));
    for (const name of ['once.edi', 'again.edi']) {
      gateway.channel(PARTNER).drop(name, bytes);
      await gateway.settle();
    }
    expect(await gateway.all('exceptions')).toMatchObject([
      { type: 'DUPLICATE_INTERCHANGE', status: 'resolved', owner: 'none', partnerId: PARTNER },
    ]);
  });

  test('a file in an encoding that nobody has agreed on is a matter of characters', async () => {
    gateway.channel(PARTNER).drop('odd.xml', Buffer.from('<?xml version="1.0" encoding="utf-7"?><Order/>'));
    await gateway.settle();
    expect(await gateway.troubles()).toEqual(['CHARSET']);
  });
});

test('every kind of exception in the catalogue is raised somewhere, and has a title, an owner and ways out', () => {
  const root = new URL('../../../src/', import.meta.url);
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/exception-catalogue|mended-exceptions/.test(name))
    .map((name) => readFileSync(new URL(name, root), 'utf8'))
    .join('\n');
  const silent = Object.keys(EXCEPTION_CATALOGUE).filter(
    (type) => !new RegExp(`\\b${type}\\b`).test(sources),
  );
  expect(silent).toEqual([]);
  for (const [type, { title, owner, actions, closesWhen }] of Object.entries(EXCEPTION_CATALOGUE))
    expect([type, title, owner, closesWhen, actions.length > 0]).not.toContain('');
});
