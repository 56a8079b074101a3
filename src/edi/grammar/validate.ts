import type { Finding } from '../../common/finding.ts';
import type { Structure, Transaction } from '../model.ts';
import { SEGMENT_ID, SEGMENT_STRIDE } from '../token-table.ts';
import { compileSegment, type SegmentProgram } from './clean-segment.ts';
import { isClean } from './generate-check.ts';
import { crossCheck } from './cross-check.ts';
import type { Grammar, SlotRule } from './definition.ts';
import { addFinding, elementFinding, makeFinding, shorten, structureFinding, type Report } from './report.ts';
import { checkSecurity } from './security.ts';
import { checkSegment } from './segment-check.ts';
import type { ValidationLeniency } from './leniency.ts';
import { StructureMatcher } from './structure.ts';
import { TransitionTable } from './transitions.ts';

/** What validation says of one transaction; its envelope's findings are in `transaction.findings`. */
export interface TransactionValidation {
  /** Undefined when no dictionary has the message. */
  structure: Structure | undefined;
  /** In the order of their segments. */
  findings: Finding[];
}

/**
 * Checks ST..SE or UNH..UNT against the grammar: order, loops, uses, elements, relational notes, codes, hierarchies, totals.
 * Never throws on any input. Without a grammar the one finding is TRANSACTION_NOT_SUPPORTED.
 */
export function validateTransaction(
  transaction: Transaction,
  grammar: Grammar | undefined,
  leniency: ValidationLeniency = {},
): TransactionValidation {
  const report: Report = { transaction, grammar, leniency, findings: [], unlisted: 0, unlistedError: false };
  if (!grammar) {
    report.findings.push(unsupported(report));
    return { structure: undefined, findings: report.findings };
  }
  if (grammar.match === 'nearest') report.findings.push(nearestRelease(report, grammar));
  const structure = checkSegments(report, grammar, compile(grammar));
  for (const fault of crossCheck(transaction))
    addFinding(report, elementFinding(report, fault.segment, fault));
  if (report.unlisted > 0) report.findings.push(unlistedFindings(report));
  report.findings.sort((a, b) => (a.place.segment ?? 0) - (b.place.segment ?? 0));
  return { structure, findings: report.findings };
}

interface CompiledGrammar {
  /** One for all transactions: it looks at them one after the other. */
  matcher: StructureMatcher;
  /** By slot; null = not compiled yet, undefined = exact check always. */
  programs: (SegmentProgram | undefined | null)[];
  rules: (SlotRule | undefined)[];
}

const compiled = new WeakMap<Grammar, CompiledGrammar>();

function compile(grammar: Grammar): CompiledGrammar {
  const known = compiled.get(grammar);
  if (known) return known;
  const result: CompiledGrammar = {
    matcher: new StructureMatcher(new TransitionTable(grammar.slots)),
    programs: grammar.slots.map(() => null),
    rules: grammar.slots.map((slot) => grammar.rules.get(slot.index)),
  };
  compiled.set(grammar, result);
  return result;
}

function checkSegments(
  report: Report,
  grammar: Grammar,
  { matcher, programs, rules }: CompiledGrammar,
): Structure {
  const { segments } = report.transaction;
  // A plain array: a typed one costs a short message more than all its segments.
  const slots = new Array<number>(segments.length);
  matcher.start();
  const records = segments.segments;
  for (let s = 0; s < segments.length; s++) {
    const slot = matcher.place(s, records[(segments.first + s) * SEGMENT_STRIDE + SEGMENT_ID]!);
    slots[s] = slot;
    // A segment without a place is one fault already; its elements are not held against it.
    if (slot < 0) continue;
    if (rules[slot]) reportForbidden(report, rules[slot], s);
    const program = (programs[slot] ??= compileSlot(grammar, slot));
    if (!program || !isClean(segments, s, program)) checkExactly(report, grammar, s, slot);
  }
  matcher.finish(segments.length);
  const faults =
    report.transaction.standard === 'edifact' ? checkSecurity(report, matcher.faults) : matcher.faults;
  for (const fault of faults) addFinding(report, structureFinding(report, fault));
  return { grammar, slots };
}

function compileSlot(grammar: Grammar, slot: number): SegmentProgram | undefined {
  const definition = grammar.segmentAt(slot);
  return definition && compileSegment(definition);
}

function checkExactly(report: Report, grammar: Grammar, s: number, slot: number): void {
  const { segments, standard } = report.transaction;
  const definition = grammar.segmentAt(slot);
  if (!definition) return;
  for (const fault of checkSegment(segments, s, definition, standard)) {
    addFinding(report, elementFinding(report, s, fault));
  }
}

function reportForbidden(report: Report, rule: SlotRule, s: number): void {
  const id = report.transaction.segments.id(s);
  const message = `${id} at segment ${s + 1} is not used here by ${rule.layer}.`;
  const finding = makeFinding(report, 'SEGMENT_FORBIDDEN', s, message, {});
  if (rule.severity === 'warning') delete finding.acknowledgment;
  addFinding(report, { ...finding, severity: rule.severity });
}

function unsupported(report: Report): Finding {
  const { type, release, standard, segments } = report.transaction;
  const message = `${shorten(type)} in release ${shorten(release) || '(none stated)'} is in no dictionary: it cannot be checked or processed.`;
  const place =
    standard === 'x12'
      ? { element: 1, elementId: '143', range: segments.range(0, 1) }
      : { element: 2, component: 1, elementId: '0065', range: segments.range(0, 2, 1) };
  return makeFinding(report, 'TRANSACTION_NOT_SUPPORTED', 0, message, { actual: type, place });
}

/** An error among what is not listed still rejects. */
function unlistedFindings(report: Report): Finding {
  const message = `${report.unlisted} more findings of this transaction are not listed.`;
  const finding = makeFinding(report, 'FINDINGS_UNLISTED', report.transaction.segments.length, message, {});
  if (report.unlistedError) return finding;
  delete finding.acknowledgment;
  return { ...finding, severity: 'warning' };
}

function nearestRelease(report: Report, grammar: Grammar): Finding {
  const { release, type } = report.transaction;
  const message = `Release ${shorten(release) || '(none stated)'} has no dictionary: ${type} was checked against ${grammar.release}.`;
  return makeFinding(report, 'RELEASE_NEAREST', 0, message, { actual: release, expected: grammar.release });
}
