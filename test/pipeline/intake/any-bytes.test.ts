import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { despatchOf, invoiceOf, orderTo, PARTNERS, responseTo } from '../../support/documents.ts';
import { ERP, TestGateway } from '../../support/gateway.ts';

/** Any bytes in the inbox give a verdict: never a crash, never a lost or silently skipped file, nothing half applied. */

/** More of them: `LAW_RUNS=5000 npm test -- any-bytes`. */
const RUNS = Number(process.env['LAW_RUNS'] ?? 300);
const TIMEOUT_MS = 120_000 + RUNS * 200;

const ROOT = path.resolve(import.meta.dirname, '../../..');

function samplesBelow(folder: string): Uint8Array[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /samples/.test(entry.parentPath) && /\.(edi|xml)$/.test(entry.name))
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)));
}

let gateway: TestGateway;
/** Each with the partner whose channel it comes over. */
let seeds: { partner: string; bytes: Uint8Array }[];
/** Answers, notices and invoices to orders that are there. */
let documents: { partner: string; document: object }[];

beforeAll(async () => {
  gateway = await TestGateway.start();
  const own: typeof seeds = [];
  documents = [];
  for (const partner of PARTNERS) {
    const order = orderTo(partner, `PO-${partner}`);
    await gateway.gateway.releaseOrder(order, ERP);
    const supplier = gateway.supplier(partner);
    for (const document of [responseTo(order), despatchOf(order), invoiceOf(order)]) {
      own.push({ partner, bytes: supplier.write(document) });
      own.push({ partner, bytes: Buffer.from(JSON.stringify(document)) });
      documents.push({ partner, document });
    }
  }
  await gateway.settle();
  // What would reach the orders counts more than what no partner sends.
  const others = [...samplesBelow('partners'), ...samplesBelow('maps/samples')];
  seeds = [...own, ...own, ...own, ...others.map((bytes) => ({ partner: 'northwind-hardware', bytes }))];
  await gateway.settle();
});
afterAll(() => gateway.close());

type Edit = {
  kind: 'cut' | 'double' | 'flip' | 'insert' | 'end' | 'join';
  at: number;
  length: number;
  bytes: Uint8Array;
};

/** Evenly from 0 to 1, which fast-check's own doubles are not. */
const share = fc.integer({ min: 0, max: 9_999 }).map((part) => part / 10_000);

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('cut', 'double', 'flip', 'insert', 'end', 'join'),
  at: share,
  length: fc.integer({ min: 1, max: 60 }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc
      .constantFrom(
        '~',
        "'",
        '*',
        '+',
        ':',
        '\r\n',
        'ISA',
        'IEA*1*1~',
        'UNB+UNOC:3+',
        'ST*855*0001~',
        'GE*1*1~',
        "UNT+2+1'",
        '",',
        '{}',
        '<',
        '>',
        '&',
        '\0',
        '99999999999999999999',
        '-1',
        '\u00e9',
      )
      .map((text) => Buffer.from(text)),
  ),
});

function apply(content: Uint8Array, { kind, at, length, bytes }: Edit): Uint8Array {
  const place = Math.floor(at * content.length);
  const [before, after] = [content.subarray(0, place), content.subarray(place)];
  switch (kind) {
    case 'cut':
      return Buffer.concat([before, after.subarray(length)]);
    case 'double':
      return Buffer.concat([before, after.subarray(0, length), after]);
    case 'flip':
      return Buffer.concat([before, bytes, after.subarray(bytes.length)]);
    case 'insert':
      return Buffer.concat([before, bytes, after]);
    case 'end':
      return before;
    case 'join':
      return Buffer.concat([content, bytes, content]);
  }
}

const spoilt = fc.tuple(share, fc.array(edit, { maxLength: 4 })).map(([which, edits]) => ({ which, edits }));

async function receive(partnerId: string, bytes: Uint8Array): Promise<string> {
  const { id } = await gateway.gateway.receiveFile({
    channel: 'folder',
    partnerId,
    name: `file-${bytes.length}.edi`,
    bytes,
  });
  await gateway.settle();
  return id;
}

async function expectVerdict(partner: string, fileId: string, bytes: Uint8Array): Promise<void> {
  const { store } = gateway.world;
  const file = (await store.get('files', fileId))!;
  expect(['processed', 'partlyProcessed', 'rejected', 'ignored']).toContain(file.status);
  expect(Buffer.compare((await store.readArchive(file.sha256))!, bytes)).toBe(0);
  expect(
    await store.count('work', { status: { in: ['dead', 'delayed', 'leased', 'ready', 'blocked'] } }),
  ).toBe(0);
  const { records: documents } = await store.find('documents', { where: { fileId }, limit: 1_000 });
  const { records: interchanges } = await store.find('interchanges', { where: { fileId }, limit: 1_000 });
  // Told: somebody hears of what was not used, and the partner finds it beside the reason.
  const errors = file.findings.filter(({ severity }) => severity === 'error');
  if (file.status === 'rejected') {
    expect(errors.length).toBeGreaterThan(0);
    expect(
      [...gateway.channel(partner).errors.values()].some((each) => Buffer.compare(each.bytes, bytes) === 0),
    ).toBe(true);
  }
  const refused = [...documents, ...interchanges].some(({ status }) => /reject|partly/i.test(status));
  if (refused || ['rejected', 'partlyProcessed'].includes(file.status))
    expect(await exceptionsOf(fileId)).toBeGreaterThan(0);
  if (file.status === 'processed') expect(documents.length + interchanges.length).toBeGreaterThan(0);
  // Never half: a refused document has left no trace in any order, an applied one has.
  for (const { id, status, documentType } of documents) {
    const links = await store.count('orderDocuments', { documentId: id });
    if (status === 'rejected' && documentType === 'unknown') expect(links).toBe(0);
    if (status === 'applied' && documentType !== 'functionalAcknowledgment') expect(links).toBeGreaterThan(0);
  }
}

/** Those that name it, or that another file with the same cause has opened. */
async function exceptionsOf(fileId: string): Promise<number> {
  const { store } = gateway.world;
  const own = await store.count('exceptions', { fileId });
  if (own > 0) return own;
  const shared = await Promise.all(
    ['UNKNOWN_PARTNER', 'UNKNOWN_CODE'].map((type) => store.count('exceptions', { type, status: 'open' })),
  );
  return shared.reduce((sum, count) => sum + count, 0);
}

test(
  'a spoilt file of a partner gets a verdict',
  async () => {
    await fc.assert(
      fc.asyncProperty(spoilt, async ({ which, edits }) => {
        const seed = seeds[Math.floor(which * seeds.length)]!;
        const bytes = edits.reduce(apply, seed.bytes);
        await expectVerdict(seed.partner, await receive(seed.partner, bytes), bytes);
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

test(
  'any bytes get a verdict',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        await expectVerdict('northwind-hardware', await receive('northwind-hardware', bytes), bytes);
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  },
  TIMEOUT_MS,
);

/** Where a value stands: its object or list, and its name or number in it. */
type Spot = { of: Record<string, unknown>; name: string };

function spotsOf(value: unknown): Spot[] {
  if (typeof value !== 'object' || value === null) return [];
  const of = value as Record<string, unknown>;
  return Object.keys(of).flatMap((name) => [{ of, name }, ...spotsOf(of[name])]);
}

const OTHERS: unknown[] = [
  ...[
    '',
    '0',
    '-1',
    '0.0000001',
    '99999999999999999999',
    '1e5',
    'NaN',
    '2026-02-30',
    '1999-01-01',
    '9999-12-31',
  ],
  ...['XXX', 'rejected', 'accepted', '\u0000', '😀', ' ', 'PO-northwind-hardware', 'x'.repeat(5_000)],
  ...[null, 0, -1, true, [], {}],
];

const change = fc.record({
  at: share,
  kind: fc.constantFrom('other', 'drop', 'twice'),
  other: fc.constantFrom(...OTHERS),
});

function changed(document: object, changes: readonly { at: number; kind: string; other: unknown }[]): object {
  const copy = structuredClone(document);
  for (const { at, kind, other } of changes) {
    const spots = spotsOf(copy);
    const { of, name } = spots[Math.floor(at * spots.length)]!;
    if (Array.isArray(of) && kind === 'drop') of.splice(Number(name), 1);
    else if (Array.isArray(of) && kind === 'twice') of.push(structuredClone(of[Number(name)]));
    else if (kind === 'drop') Reflect.deleteProperty(of, name);
    else of[name] = other;
  }
  return copy;
}

test(
  'any document gets a verdict',
  async () => {
    const changes = fc.array(change, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(share, changes, async (which, each) => {
        const { partner, document } = documents[Math.floor(which * documents.length)]!;
        const bytes = Buffer.from(JSON.stringify(changed(document, each)));
        await expectVerdict(partner, await receive(partner, bytes), bytes);
      }),
      { numRuns: RUNS },
    );
  },
  TIMEOUT_MS,
);

test('the orders hold together after all of that', async () => {
  const { store } = gateway.world;
  for (const { id, sequence } of (await store.find('orders', { limit: 1_000 })).records) {
    expect(await store.count('orderEvents', { orderId: id })).toBe(sequence);
  }
});
