import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../src/common/finding.ts';
import {
  DEFAULT_ACKNOWLEDGMENT_POLICY,
  FileCheck,
  acknowledgeInterchange,
  parseFile,
} from '../../src/edi/index.ts';
import type { CheckedTransaction, StreamedAnswer, Transaction } from '../../src/edi/index.ts';
import { KeptErrors, TransactionLedger } from '../../src/edi/transaction-ledger.ts';
import { validate } from './read-text.ts';

function checked(part: Partial<CheckedTransaction>): CheckedTransaction {
  return {
    standard: 'edifact',
    type: 'ORDERS',
    controlNumber: '1',
    implementation: '',
    identifier: ['ORDERS', 'D', '96A', 'UN'],
    interchange: 1,
    group: 1,
    transaction: 1,
    findings: [],
    ...part,
  };
}

function fault(segment: number, level: 'segment' | 'element' = 'segment'): Finding {
  return {
    code: 'SEGMENT_UNEXPECTED',
    severity: 'error',
    message: `Segment ${segment} is not expected.`,
    place: { segment, segmentId: 'LIN', range: [segment * 100, segment * 100 + 20] },
    acknowledgment: { level, code: '15' },
  };
}

const entry = fc.record({
  type: fc.constantFrom('ORDERS', 'INVOIC'),
  controlNumber: fc.string({ unit: 'binary', maxLength: 20 }),
  implementation: fc.constantFrom('', 'EAN008'),
  identifier: fc.constantFrom(['ORDERS', 'D', '96A', 'UN'], ['INVOIC']),
  findings: fc.constantFrom([], [fault(3)], [fault(2), { ...fault(4), severity: 'warning' as const }]),
});

test('the ledger gives back every transaction with its errors, in order', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
      const ledger = new TransactionLedger(new KeptErrors());
      for (const [i, one] of entries.entries()) ledger.add(checked({ ...one, transaction: i + 1 }), 'D.96A');
      const expected = entries.map((one, i) => ({
        ...checked({ ...one, transaction: i + 1 }),
        release: 'D.96A',
        findings: one.findings.filter(({ severity }) => severity === 'error'),
      }));
      expect(Array.from(ledger, ({ transaction }) => transaction)).toEqual(expected);
      expect(Array.from(ledger, (summary) => summary.checked)).toEqual(expected);
    }),
  );
});

describe('a file with more errors than are kept in full', () => {
  test('keeps of each transaction the error that decides on its verdict, alike ones once', () => {
    const errors = new KeptErrors();
    const many = Array.from({ length: 20_000 }, (_, i) => fault(i));
    expect(errors.keep(many)).toEqual(many);
    const [first] = errors.keep([fault(5, 'element'), fault(7)]);
    expect(first).toMatchObject({
      place: { segment: 7, segmentId: 'LIN' },
      acknowledgment: { level: 'segment' },
    });
    expect(errors.keep([fault(7)])[0]).toBe(first);
    expect(errors.keep([fault(8, 'element')])[0]).toMatchObject({ acknowledgment: { level: 'element' } });
  });
});

/** 850s of which every third has a wrong date, and a group that states a wrong count. */
function interchange(transactions: number, statedCount: number): Uint8Array {
  const sets = Array.from({ length: transactions }, (_, i) => {
    const number = String(i + 1).padStart(4, '0');
    const date = i % 3 === 2 ? '20261399' : '20260302';
    return `ST*850*${number}~BEG*00*SA*PO-${i}**${date}~PO1*1*5*EA*9.50**UP*061414100137~CTT*1~SE*5*${number}~`;
  });
  return new TextEncoder().encode(
    `ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*0915*U*00401*000000101*0*P*>~` +
      `GS*PO*SENDER*RECEIVER*20260302*0915*101*X*004010~${sets.join('')}GE*${statedCount}*101~IEA*1*000000101~`,
  );
}

function told({ functional, decision, ...rest }: StreamedAnswer<unknown>): unknown {
  return {
    ...rest,
    functional: functional.map((one) => ({ ...one, segments: [...one.segments] })),
    groups: decision.groups.map(({ verdict, received, accepted, transactions }) => ({
      verdict,
      received,
      accepted,
      verdicts: Array.from(transactions, (one) => one.verdict),
    })),
  };
}

test.each([
  ['in order', 3],
  ['rejected by its group', 9],
])('a stream is answered as the whole file is: group %s', (_, statedCount) => {
  const bytes = interchange(3, statedCount);
  const [whole] = parseFile(bytes).interchanges;
  const findings = new Map<Transaction, readonly Finding[]>();
  for (const one of whole!.groups[0]!.transactions) findings.set(one, validate(one).findings);
  const check = new FileCheck();
  const [answered] = [...check.push(bytes), ...check.end()].filter((part) => part.type === 'interchange');
  const expected = told(acknowledgeInterchange(whole!, findings, DEFAULT_ACKNOWLEDGMENT_POLICY));
  expect(told(answered!.answer)).toEqual(expected);
  // And again: nothing of it is used up.
  expect(told(answered!.answer)).toEqual(expected);
});
