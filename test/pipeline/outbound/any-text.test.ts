import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseFile } from '../../../src/edi/parse.ts';
import { toTree } from '../../../src/edi/tree.ts';
import { orderTo, PARTNERS, type PartnerId } from '../../support/documents.ts';
import { createWorld, edited, ERP, REPOSITORY, TestGateway } from '../../support/gateway.ts';

/**
 * Texts for people (names, streets, descriptions, notes) never keep an order from going out: what the partner cannot receive is spelled,
 * what is too long then is split or cut, and what nothing is left of is left out; all of it is told.
 */

/** More of them: `LAW_RUNS=5000 npm test -- any-text`. */
const RUNS = Number(process.env['LAW_RUNS'] ?? 60);
const TIMEOUT_MS = 120_000 + RUNS * 200;

/** Hansa with capital letters alone: everything is spelled. */
const CAPITALS = edited(REPOSITORY, 'hansa-werkzeuge/partner.yaml', 'syntax: UNOC:3', 'syntax: UNOA:2');

let gateways: TestGateway[];
let orders = 0;
beforeAll(async () => {
  gateways = [
    await TestGateway.start(),
    await TestGateway.start({ configuration: CAPITALS }, createWorld(CAPITALS)),
  ];
});
afterAll(() => Promise.all(gateways.map((gateway) => gateway.close())));

const character = fc.constantFrom(
  ...['a', 'Z', '0', ' ', '*', '~', '^', '>', '|', "'", '+', ':', '?', '\n', '\t', '\u00a0', '\0'],
  ...['é', 'ß', '€', 'Ω', '½', '…', '®', '#', '漢', '😀', '\ud800', 'a\u0301', '\ufdfa'],
);
const text = fc
  .oneof(
    fc.array(character, { minLength: 1, maxLength: 6 }),
    fc.array(character, { minLength: 20, maxLength: 300 }),
  )
  .map((characters) => characters.join(''));

test(
  'no text for people keeps an order from going out',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PARTNERS),
        fc.boolean(),
        fc.record({ name: text, street: text, description: text, note: text, lineNote: text, terms: text }),
        async (partner, capitals, texts) => {
          const gateway = gateways[capitals ? 1 : 0]!;
          const channel = gateway.channel(partner);
          const before = channel.deliveries.length;
          await gateway.gateway.releaseOrder(withTexts(partner, texts), ERP);
          await gateway.settle();
          expect(await gateway.troubles()).toEqual([]);
          const sent = channel.deliveries.slice(before);
          expect(sent).toHaveLength(1);
          expectNoBlankEnds(sent[0]!.bytes);
        },
      ),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

test('what is cut, spelled or left out is told at the document', async () => {
  const [gateway] = gateways;
  const texts = {
    name: '~',
    street: '1200 Mu\u0308ller Road',
    description: 'Straße '.repeat(20),
    note: '*Ring*',
    lineNote: '\n',
  };
  const order = withTexts('northwind-hardware', { ...texts, terms: '30 days' });
  await gateway!.gateway.releaseOrder(order, ERP);
  await gateway!.settle();
  const sent = gateway!.channel('northwind-hardware').sent('850');
  expect(sent).toContain(`PID*F****${'Strasse '.repeat(10).trim()}~`);
  expect(sent).toContain('N3*1200 Muller Road~');
  expect(sent).toContain('MSG*Ring~');
  expect(sent).toContain('N1*ST**UL*4012345500011~');
  const [document] = await gateway!.all('documents', { number: order.id });
  const told = document!.findings.map(({ code, message }) => `${code} ${message}`).join('\n');
  expect(told).toMatch(/MAP_CUT shipTo.name .* has nothing that the partner can receive, and is not written/);
  expect(told).toMatch(/MAP_CUT lines\[0\].item.description .* is cut to 80 characters/);
  expect(told).toMatch(/CHARACTER_UNSUPPORTED PID05 contains "ß"/);
  expect(told).toMatch(
    /MAP_CUT \/notes.* of "\*Ring\*" the ends, which the partner cannot receive, are not written/,
  );
});

function withTexts(
  partner: PartnerId,
  texts: Record<'name' | 'street' | 'description' | 'note' | 'lineNote' | 'terms', string>,
) {
  const order = orderTo(partner, `PO-${(orders += 1)}`);
  const [line] = order.lines;
  return {
    ...order,
    shipTo: {
      ...order.shipTo,
      name: texts.name,
      address: { ...order.shipTo!.address, street: [texts.street] },
    },
    notes: [texts.note],
    paymentTerms: { description: texts.terms, netDays: 30 },
    lines: [{ ...line!, item: { ...line!.item, description: texts.description }, notes: [texts.lineNote] }],
  };
}

/** Blanks that stand for what could not be sent are not part of a text. */
function expectNoBlankEnds(bytes: Uint8Array): void {
  if (bytes[0] === '<'.charCodeAt(0)) return;
  for (const { content } of toTree(parseFile(bytes)).interchanges)
    for (const value of textsIn(content)) expect(value).not.toMatch(/^ | $/);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
