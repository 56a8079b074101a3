import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { FileCheck } from '../../src/edi/index.ts';
import type { CheckedPart, Finding, Leniency, SegmentTable } from '../../src/edi/index.ts';

/**
 * One folder for each class of bugs that EDI software has had. expected.json tells what the case is about, what must be found
 * in input.edi and how it is judged; `lenient` names the switches that forgive it; `read` texts that must arrive whole.
 */
const FIXTURES = path.join(import.meta.dirname, '../fixtures/edi');
const CASES = readdirSync(FIXTURES).sort();

interface Judgement {
  /** Of each interchange. */
  verdicts: string[];
  /** `error CODE`, in the order of the file. */
  findings: string[];
}

interface Expected extends Judgement {
  what: string;
  lenient?: (keyof Leniency)[];
  underLeniency?: Judgement;
  /** Text by `transaction.segment.element`, transactions and segments from 0. */
  read?: Record<string, string>;
}

interface Checked {
  parts: CheckedPart[];
  /** Of each transaction, by segment and element; element 0 is the id. */
  texts: string[][][];
}

function check(bytes: Uint8Array, leniency: Leniency, piece: number): Checked {
  const file = new FileCheck({ leniency });
  const checked: Checked = { parts: [], texts: [] };
  const take = (parts: readonly CheckedPart[]): void => {
    checked.parts.push(...parts);
    for (const part of parts)
      if (part.type === 'transaction') checked.texts.push(textsOf(part.transaction.segments));
  };
  for (let at = 0; at < bytes.length; at += piece) take(file.push(bytes.subarray(at, at + piece)));
  take(file.end());
  return checked;
}

function textsOf(table: SegmentTable): string[][] {
  return Array.from({ length: table.length }, (_, s) => [
    table.id(s),
    ...Array.from({ length: table.elementCount(s) }, (_, e) => table.value(s, e + 1)),
  ]);
}

function judge(parts: readonly CheckedPart[]): Judgement {
  const verdicts: string[] = [];
  const findings: Finding[] = [];
  for (const part of parts) {
    if (part.type === 'transaction') findings.push(...part.transaction.findings, ...part.validation.findings);
    else if (part.type === 'file') findings.push(...part.findings);
    else {
      verdicts.push(part.answer.decision.verdict);
      findings.push(
        ...part.answer.decision.groups.flatMap(({ group }) => group.findings),
        ...part.interchange.findings,
      );
    }
  }
  return { verdicts, findings: findings.map(({ severity, code }) => `${severity} ${code}`) };
}

function readTexts(texts: Checked['texts'], places: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    places.map((place) => {
      const [transaction = 0, segment = 0, element = 0] = place.split('.').map(Number);
      return [place, texts[transaction]?.[segment]?.[element] ?? '(not there)'];
    }),
  );
}

describe('classes of bugs', () => {
  test.each(CASES)('%s', (name) => {
    const folder = path.join(FIXTURES, name);
    const bytes = new Uint8Array(readFileSync(path.join(folder, 'input.edi')));
    const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Expected;
    for (const piece of [bytes.length, 1, 7]) {
      expect(judge(check(bytes, {}, piece).parts)).toEqual({
        verdicts: expected.verdicts,
        findings: expected.findings,
      });
      const switches = Object.fromEntries((expected.lenient ?? []).map((key) => [key, true]));
      const lenient = check(bytes, switches, piece);
      if (expected.lenient !== undefined) expect(judge(lenient.parts)).toEqual(expected.underLeniency);
      expect(readTexts(lenient.texts, Object.keys(expected.read ?? {}))).toEqual(expected.read ?? {});
    }
  });

  test('there is a folder for each', () => {
    expect(CASES.length).toBeGreaterThan(35);
  });
});
