import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  answerInterchange,
  checkedTransaction,
  DEFAULT_ACKNOWLEDGMENT_POLICY,
} from '../../../src/edi/acknowledgment/index.ts';
import type { FunctionalGroup } from '../../../src/edi/model.ts';
import { parseFile } from '../../../src/edi/index.ts';
import { writeAnswer as writeBytes } from '../../support/write-answer.ts';
import { readInterchange, validate } from '../read-text.ts';
import { answer, writeAnswer } from './answer-text.ts';
import { POLICIES } from './policies.ts';

const FIXTURES = path.join(import.meta.dirname, '../../fixtures/acknowledgment');
const CASES = readdirSync(FIXTURES);

function fixture(name: string, file = 'inbound.edi'): string {
  return readFileSync(path.join(FIXTURES, name, file), 'utf8');
}

describe('answers to whole files', () => {
  test.each(CASES)('%s', (name) => {
    const interchange = readInterchange(fixture(name));
    expect(writeAnswer(interchange, answer(interchange, POLICIES[name]))).toBe(fixture(name, 'answer.edi'));
  });

  test.each(CASES)('%s: the answer is in order by its own grammar, and is not answered', (name) => {
    const text = fixture(name, 'answer.edi');
    if (text === '') return;
    const interchange = readInterchange(text);
    const transactions = interchange.groups.flatMap((group) => group.transactions);
    expect(
      transactions.flatMap((transaction) => [...transaction.findings, ...validate(transaction).findings]),
    ).toEqual([]);
    const reply = answer(interchange);
    expect(reply.functional).toEqual([]);
    expect(reply.interchange).toBeUndefined();
  });
});

describe('names in a CONTRL', () => {
  test('fit their element also where a character has to be spelled with several', () => {
    const name = fc.string({
      unit: fc.constantFrom('A', '1', '…', '€', 'ß', '#', '@', '%', '½', 'ﬁ', 'é'),
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        fc.constantFrom('UNOA', 'UNOB', 'UNOC', 'UNOY'),
        name,
        name,
        (syntax, sender, reference) => {
          const text =
            `UNB+${syntax}:3+${sender}:14+US:14+261121:0800+${reference}'UNH+1+ORDERS:D:96A:UN'` +
            `BGM+220+1+9'UNT+3+1'UNZ+1+${reference}'`;
          const interchange = readInterchange(text);
          const written = writeBytes(interchange, answer(interchange));
          if (written === undefined) return;
          const [answered] = parseFile(written).interchanges;
          const transactions = answered!.groups.flatMap((group) => group.transactions);
          const findings = transactions.flatMap((transaction) => validate(transaction).findings);
          expect(findings.map(({ message }) => message)).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('decisions', () => {
  test('only what is accepted may be processed', () => {
    const { decision } = answer(readInterchange(fixture('x12-one-of-two-rejected')));
    expect(decision).toMatchObject({ verdict: 'partial', errors: [] });
    expect(decision.groups[0]?.verdict).toBe('partial');
    expect(decision.groups[0]?.transactions.map(({ verdict }) => verdict)).toEqual(['accepted', 'rejected']);
  });

  test('a faulty envelope rejects everything in it', () => {
    const { decision } = answer(readInterchange(fixture('edifact-interchange-rejected')));
    expect(decision.verdict).toBe('rejected');
    expect(decision.errors.map(({ code }) => code)).toEqual(['INTERCHANGE_COUNT_WRONG']);
    expect(decision.groups[0]?.transactions[0]?.verdict).toBe('rejected');
  });

  test('E needs both: faults in elements only, and a partner who takes it', () => {
    const small = readInterchange(fixture('x12-with-errors'));
    expect(answer(small).decision.verdict).toBe('rejected');
    expect(answer(small, { acceptWithErrors: true }).decision.verdict).toBe('acceptedWithErrors');
    const large = readInterchange(fixture('x12-one-of-two-rejected'));
    expect(answer(large, { acceptWithErrors: true }).decision.verdict).toBe('partial');
    const edifact = readInterchange(fixture('edifact-one-of-two-rejected'));
    expect(answer(edifact, { acceptWithErrors: true }).decision.verdict).toBe('partial');
  });

  test('a fault found outside the syntax rejects with its code', () => {
    const reused = {
      code: 'CONTROL_NUMBER_REUSED',
      severity: 'error' as const,
      message: 'Interchange 17 was received before with other content.',
      place: {},
      acknowledgment: { level: 'interchange' as const, code: '025' },
    };
    const interchange = readInterchange(fixture('x12-accepted'));
    const reply = answer(interchange, { interchange: 'always' }, [reused]);
    expect(reply.interchange).toEqual(['TA1', '000000017', '260131', '0815', 'R', '025']);
    expect(reply.functional).toEqual([]);
  });
});

describe('policy', () => {
  const clean = readInterchange(fixture('x12-accepted'));

  test('TA1 only when asked for or agreed', () => {
    expect(answer(clean).interchange).toBeUndefined();
    expect(answer(clean, { interchange: 'always' }).interchange?.[4]).toBe('A');
    const asked = readInterchange(fixture('x12-interchange-accepted'));
    expect(answer(asked).interchange?.[4]).toBe('A');
    expect(answer(asked, { interchange: 'never' }).interchange).toBeUndefined();
  });

  test('accepted sets are listed or left out', () => {
    const ids = (acceptedSets: boolean) =>
      answer(clean, { acceptedSets }).functional[0]?.segments.map(([id]) => id);
    expect(ids(true)).toEqual(['AK1', 'AK2', 'AK5', 'AK9']);
    expect(ids(false)).toEqual(['AK1', 'AK9']);
  });

  test('no functional acknowledgment where none is agreed', () => {
    expect(answer(clean, { functional: 'never' }).functional).toEqual([]);
    const edifact = readInterchange(fixture('edifact-accepted'));
    expect(answer(edifact, { functional: 'onRequest' }).functional).toEqual([]);
    expect(answer(edifact, { functional: 'always' }).functional).toHaveLength(1);
  });

  test.each([
    ['2', 'x12-interchange-accepted', undefined],
    ['2', 'x12-interchange-rejected', 'R'],
    ['3', 'x12-interchange-rejected', 'R'],
    ['0', 'x12-interchange-rejected', undefined],
  ])('ISA14 %s asks for a TA1 where something is wrong: %s', (asked, name, status) => {
    const interchange = { ...readInterchange(fixture(name)), acknowledgmentRequest: asked };
    expect(answer(interchange, { interchange: 'onRequest' }).interchange?.[4]).toBe(status);
  });

  test('a mere receipt was asked for, and some of it is rejected: the sender hears what', () => {
    const asked = (name: string) => fixture(name).replace(/(UNB(?:\+[^+']*){5})(?:\+[^+']*)*'/, "$1++++2'");
    const uci = (name: string) => {
      const interchange = readInterchange(asked(name));
      const segments = answer(interchange, { functional: 'onRequest' }).functional[0]!.segments;
      return segments.map((segment) => segment.flat().map(String).join(' '));
    };
    expect(uci('edifact-accepted')).toEqual([expect.stringMatching(/^UCI .* 8$/)]);
    expect(uci('edifact-one-of-two-rejected').slice(0, 1)).toEqual([expect.stringMatching(/^UCI .* 7$/)]);
    expect(uci('edifact-one-of-two-rejected').join('; ')).toMatch(/UCM [^;]* 4/);
  });

  test('a TA1 alone is never answered', () => {
    const [isa = ''] = fixture('x12-interchange-accepted').split('GS*');
    const alone = readInterchange(`${isa}TA1*000000005*260130*0800*A*000~\nIEA*0*000000017~\n`);
    const reply = answer(alone, { interchange: 'always' });
    expect([reply.interchange, reply.functional]).toEqual([undefined, []]);
  });

  test('an acknowledgment in a group that says it holds something else is not answered either', () => {
    const disguised = readInterchange(fixture('x12-of-a-997').replace('GS*FA*', 'GS*PO*'));
    expect(answer(disguised).functional).toEqual([]);
    const set = readInterchange(fixture('x12-accepted').replace(/ST\*\d+\*/, 'ST*999*'));
    expect(answer(set).functional).toEqual([]);
  });

  test('the same interchange gets the same answer again', () => {
    const again = readInterchange(fixture('x12-one-of-two-rejected'));
    const first = readInterchange(fixture('x12-one-of-two-rejected'));
    expect(writeAnswer(again, answer(again))).toBe(writeAnswer(first, answer(first)));
  });

  test('sender and receiver are swapped, ISA and GS each for themselves', () => {
    expect(answer(clean).functional[0]).toMatchObject({
      sender: { qualifier: 'ZZ', id: 'DISTRIBUTOR' },
      receiver: { qualifier: '01', id: '004321519' },
      applicationSender: 'DISTRIBUTOR',
      applicationReceiver: 'SUPPLIER',
    });
  });
});

describe('a broken file', () => {
  test('is not answered with more than it is itself', () => {
    const lines = Array.from({ length: 2000 }, (_, i) => `Q${String(i % 90).padStart(2, '0')}*x~`).join('\n');
    const text = fixture('x12-accepted').replace('CTT*1~', `${lines}\nCTT*1~`).replace('SE*6*', 'SE*2006*');
    const [reply] = answer(readInterchange(text)).functional;
    expect(reply?.segments.length).toBeLessThan(600);
    expect(reply?.segments.find(([id]) => id === 'AK5')?.slice(0, 3)).toEqual(['AK5', 'R', '5']);
  });

  test('gives an answer in order whatever the partner put into the elements', () => {
    const junk = fc.string({
      unit: fc.constantFrom('A', '1', '-', '.', ' ', 'é', '+', ':', "'", '?', '>', '^', '\t'),
    });
    fc.assert(
      fc.property(fc.array(junk, { minLength: 1, maxLength: 6 }), fc.boolean(), (values, modern) => {
        const release = modern ? '005010' : '004010';
        const version = modern ? '^*00501' : 'U*00401';
        const text = fixture('x12-accepted')
          .replace('U*00401', version)
          .replace('X*004010', `X*${release}`)
          .replace('BAK*00*AD*PO-1*20260130', `BAK*${values.join('*')}`);
        const interchange = readInterchange(text);
        const written = readInterchange(writeAnswer(interchange, answer(interchange)));
        const [transaction] = written.groups[0]?.transactions ?? [];
        expect(transaction && validate(transaction).findings).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

test('a stream is answered from the summaries of its transactions', () => {
  const whole = readInterchange(fixture('x12-one-of-two-rejected'));
  const checked = whole.groups.map((group) => {
    const entries = group.transactions.map((transaction) => {
      const summary = checkedTransaction(transaction, validate(transaction).findings);
      return { transaction: summary.controlNumber, checked: summary };
    });
    const emptied: FunctionalGroup = { ...group, transactions: [] };
    return [emptied, entries] as const;
  });
  const streamed = { ...whole, groups: checked.map(([group]) => group) };
  const reply = answerInterchange(streamed, new Map(checked), DEFAULT_ACKNOWLEDGMENT_POLICY);
  expect(reply.functional.map((one) => ({ ...one, segments: [...one.segments] }))).toEqual(
    answer(whole).functional,
  );
  const transactions = reply.decision.groups[0]?.transactions ?? [];
  expect(Array.from(transactions, ({ transaction }) => transaction)).toEqual(['0001', '0002']);
});
