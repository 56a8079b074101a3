import type { InterchangeHeader, TransactionHeader, WriteSegment } from '../src/edi/index.ts';
import { InterchangeWriter } from '../src/edi/index.ts';

/** A kind of message with as many lines as asked for, always the same for the same numbers. */
export interface MessageKind {
  name: string;
  standard: 'x12' | 'edifact';
  map: string;
  header: TransactionHeader;
  segments(message: number, lines: number): WriteSegment[];
}

const WORDS = [
  'Hex bolt',
  'Wood screw',
  'Washer',
  'Anchor',
  'Hinge',
  'Drill bit',
  'Rivet',
  'Cable tie',
] as const;
const FINISHES = ['zinc plated', 'stainless A2', 'black', 'galvanised'] as const;

/** Product number `i`: id, GTIN-12, text, price in cents. */
function product(i: number): { id: string; gtin: string; text: string; cents: number; quantity: number } {
  const word = WORDS[i % WORDS.length]!;
  return {
    id: `NW-${1000 + ((i * 37) % 9000)}`,
    gtin: withCheckDigit(`06141410${String((i * 13) % 1000).padStart(3, '0')}`),
    text: `${word} M${4 + (i % 9)}x${16 + ((i * 7) % 60)} ${FINISHES[i % FINISHES.length]!}`,
    cents: 120 + ((i * 7919) % 9000),
    quantity: 1 + ((i * 17) % 240),
  };
}

/** GS1 check digit behind the digits. */
function withCheckDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++)
    sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return digits + String((10 - (sum % 10)) % 10);
}

function money(cents: number): string {
  return (cents / 100).toFixed(2);
}

export const PURCHASE_ORDER: MessageKind = {
  name: '850',
  standard: 'x12',
  map: 'x12/004010/850-order',
  header: { type: '850', controlNumber: '' },
  segments: (message, lines) => [
    ['BEG', '00', 'SA', `PO-${100000 + message}`, '', '20260302'],
    ['CUR', 'BY', 'USD'],
    ['REF', 'DP', '042'],
    ['REF', 'IA', 'V4471'],
    ['ITD', '01', '', '2', '', '10', '', '30'],
    ['DTM', '002', '20260316'],
    ['N1', 'BY', 'Tradelane Distribution Inc', '92', 'TRADELANE'],
    ['N1', 'SU', 'Northwind Hardware', '91', 'NORTHWIND'],
    ['N1', 'ST', 'Tradelane Warehouse West', '92', '0107'],
    ['N3', '1200 Industrial Parkway', 'Dock 7'],
    ['N4', 'Reno', 'NV', '89502', 'US'],
    ...Array.from({ length: lines }, (_, i) => orderLine(message + i, i + 1)).flat(),
    ['CTT', String(lines)],
  ],
};

function orderLine(seed: number, line: number): WriteSegment[] {
  const { id, gtin, text, cents, quantity } = product(seed);
  return [
    ['PO1', String(line), String(quantity), 'EA', money(cents), '', 'UP', gtin, 'VN', id],
    ['PID', 'F', '', '', '', text],
    ...(line % 5 === 0 ? [['DTM', '002', '20260320'] as const] : []),
  ];
}

export const ORDERS: MessageKind = {
  name: 'ORDERS',
  standard: 'edifact',
  map: 'edifact/d96a/orders',
  header: { type: 'ORDERS', release: 'D.96A', implementation: 'EAN008', controlNumber: '' },
  segments: (message, lines) => [
    ['BGM', '220', `PO-${100000 + message}`, '9'],
    ['DTM', ['137', '20260302', '102']],
    ['DTM', ['2', '20260318', '102']],
    ['RFF', ['CT', 'RV-2026-07']],
    ['NAD', 'BY', ['4012345500004', '', '9'], '', 'Tradelane Distribution', 'Fulton Street 1200', 'Chicago', 'IL', '60607', 'US'],
    ['NAD', 'SU', ['4012345000009', '', '9']],
    ['NAD', 'DP', ['4012345500011', '', '9'], '', 'Tradelane Lager Hamburg', ['Am Kai 7', 'Tor 3'], 'Hamburg', '', '20457', 'DE'],
    ['CUX', ['2', 'EUR', '9']],
    ...Array.from({ length: lines }, (_, i) => edifactLine(message + i, i + 1)).flat(),
    ['UNS', 'S'],
    ['CNT', ['2', String(lines)]],
  ],
}; // prettier-ignore

function edifactLine(seed: number, line: number): WriteSegment[] {
  const { id, gtin, text, cents, quantity } = product(seed);
  return [
    ['LIN', String(line), '', [`0${gtin}`, 'EN']],
    ['PIA', '1', [id, 'SA']],
    ['IMD', 'F', '', ['', '', '', text]],
    ['QTY', ['21', String(quantity), 'PCE']],
    ['MOA', ['203', money(cents * quantity)]],
    ['PRI', ['AAA', money(cents)]],
  ];
}

export const INVOIC: MessageKind = {
  name: 'INVOIC',
  standard: 'edifact',
  map: 'edifact/d96a/invoic',
  header: { type: 'INVOIC', release: 'D.96A', controlNumber: '' },
  segments: (message, lines) => {
    const products = Array.from({ length: lines }, (_, i) => product(message + i));
    const net = products.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);
    const tax = Math.round(net * 0.19);
    return [
      ['BGM', '380', `RE-${100000 + message}`, '9'],
      ['DTM', ['137', '20260320', '102']],
      ['RFF', ['ON', `PO-${100000 + message}`]],
      ['DTM', ['171', '20260302', '102']],
      ['NAD', 'BY', ['4012345500004', '', '9'], '', 'Tradelane Distribution'],
      ['NAD', 'SU', ['4012345000009', '', '9'], '', 'Hansa Werkzeuge GmbH'],
      ['RFF', ['VA', 'DE129273398']],
      ['CUX', ['2', 'EUR', '4']],
      ...products.flatMap(({ id, gtin, text, cents, quantity }, i): WriteSegment[] => [
        ['LIN', String(i + 1), '', [`0${gtin}`, 'EN']],
        ['PIA', '1', [id, 'SA']],
        ['IMD', 'F', '', ['', '', '', text]],
        ['QTY', ['47', String(quantity), 'PCE']],
        ['MOA', ['203', money(cents * quantity)]],
        ['PRI', ['AAA', money(cents)]],
        ['TAX', '7', 'VAT', '', '', ['', '', '', '19'], 'S'],
      ]),
      ['UNS', 'S'],
      ['CNT', ['2', String(lines)]],
      ['MOA', ['79', money(net)]],
      ['MOA', ['176', money(tax)]],
      ['MOA', ['77', money(net + tax)]],
      ['TAX', '7', 'VAT', '', '', ['', '', '', '19'], 'S'],
      ['MOA', ['125', money(net)]],
      ['MOA', ['124', money(tax)]],
    ];
  },
};

function interchangeHeader(kind: MessageKind): InterchangeHeader {
  const x12 = kind.standard === 'x12';
  return {
    standard: kind.standard,
    version: x12 ? '00401' : 'UNOC:3',
    sender: { qualifier: x12 ? 'ZZ' : '14', id: x12 ? 'TRADELANE' : '4012345500004' },
    receiver: { qualifier: x12 ? '12' : '14', id: x12 ? '6125550142' : '4012345000009' },
    date: '260302',
    time: '0915',
    controlNumber: '101',
    test: false,
    acknowledgmentRequest: '',
    segmentSuffix: x12 ? '\n' : '',
  };
}

export function startInterchange(kind: MessageKind): InterchangeWriter {
  const writer = new InterchangeWriter(interchangeHeader(kind));
  if (kind.standard === 'x12')
    writer.startGroup({
      functionalId: 'PO',
      applicationSender: 'TRADELANE',
      applicationReceiver: 'NWHARDWARE',
      date: '20260302',
      time: '0915',
      controlNumber: '101',
      version: '004010',
    });
  return writer;
}

export function controlNumber(kind: MessageKind, message: number): string {
  return kind.standard === 'x12' ? String(message).padStart(4, '0') : String(message);
}

function writeMessage(writer: InterchangeWriter, kind: MessageKind, message: number, lines: number): void {
  writer.startTransaction({ ...kind.header, controlNumber: controlNumber(kind, message) });
  for (const [id, ...elements] of kind.segments(message, lines)) writer.segments.segment(id, elements);
  writer.endTransaction();
}

/** One interchange of at least `bytes` bytes; messages are numbered from `first`. */
export function generateInterchange(kind: MessageKind, lines: number, bytes: number, first = 1): Uint8Array {
  const writer = startInterchange(kind);
  for (let message = first; message === first || writer.segments.size < bytes; message++)
    writeMessage(writer, kind, message, lines);
  if (kind.standard === 'x12') writer.endGroup();
  return writer.finish().bytes;
}

/** An interchange of any size as pieces: the messages are made as they are read. */
export function* generateChunks(kind: MessageKind, lines: number, bytes: number): Generator<Uint8Array> {
  const writer = startInterchange(kind);
  let size = 0;
  for (let message = 1; size < bytes; message++) {
    writeMessage(writer, kind, message, lines);
    if (writer.segments.size < 65_536) continue;
    const chunk = writer.segments.toBytes();
    size += chunk.length;
    yield chunk;
    writer.segments.restart();
  }
  if (kind.standard === 'x12') writer.endGroup();
  yield writer.finish().bytes;
}
