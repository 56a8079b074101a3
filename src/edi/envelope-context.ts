import type { Finding, Place } from '../common/finding.ts';
import type { EnvelopeCode, EnvelopeReport } from './envelope-findings.ts';
import { envelopeFinding } from './envelope-findings.ts';
import type { EnvelopeLeniency } from './leniency.ts';
import type { FunctionalGroup, Interchange, Transaction } from './model.ts';
import type { Page, TextRules } from './token-table.ts';

/** What an envelope reader makes, in the order of the file. Groups and interchanges are complete when they end. */
export interface EnvelopeSink {
  interchangeStarted(interchange: Interchange): void;
  groupStarted(interchange: Interchange, group: FunctionalGroup): void;
  transaction(interchange: Interchange, group: FunctionalGroup, transaction: Transaction): void;
  groupEnded(interchange: Interchange, group: FunctionalGroup): void;
  interchangeEnded(interchange: Interchange): void;
}

/** What the levels of one envelope share. */
export class EnvelopeContext {
  readonly interchange: Interchange;
  readonly rules: TextRules;
  readonly leniency: EnvelopeLeniency;
  readonly sink: EnvelopeSink;
  readonly x12: boolean;
  /** Text is read as the header declares, and nothing was found yet that speaks against it. */
  trustsDeclaration: boolean;
  /** The page that records belong to, at this moment. */
  page: Page;

  constructor(
    interchange: Interchange,
    rules: TextRules,
    leniency: EnvelopeLeniency,
    sink: EnvelopeSink,
    page: Page,
    trustsDeclaration = false,
  ) {
    this.interchange = interchange;
    this.rules = rules;
    this.leniency = leniency;
    this.sink = sink;
    this.page = page;
    this.trustsDeclaration = trustsDeclaration;
    this.x12 = interchange.standard === 'x12';
  }

  finding(code: EnvelopeCode, place: Place, message: string, report?: EnvelopeReport): Finding {
    const { interchange, standard } = this.interchange;
    return envelopeFinding(code, standard, this.leniency, { interchange, ...place }, message, report);
  }

  report(code: EnvelopeCode, place: Place, message: string, report?: EnvelopeReport): void {
    this.interchange.findings.push(this.finding(code, place, message, report));
  }

  reportTransaction(
    transaction: Transaction,
    code: EnvelopeCode,
    place: Place,
    message: string,
    report?: EnvelopeReport,
  ): void {
    const at = { group: transaction.group, transaction: transaction.transaction };
    transaction.findings.push(this.finding(code, { ...at, ...place }, message, report));
  }
}

const COUNT = /^\d{1,15}$/;

/** True when a trailer's count says `count`, leading zeros allowed. */
export function statesCount(stated: string, count: number): boolean {
  return COUNT.test(stated) && Number(stated) === count;
}
