import type { Place } from '../common/finding.ts';
import { charsetOfSyntax } from './charset.ts';
import { EnvelopeContext } from './envelope-context.ts';
import type { EnvelopeSink } from './envelope-context.ts';
import { isDate, isTime } from './grammar/value.ts';
import type { Header } from './header.ts';
import { checkHeaderElements } from './header-elements.ts';
import type { EnvelopeLeniency } from './leniency.ts';
import type { Charset, EnvelopeParty, Interchange } from './model.ts';
import type { Page, TextRules } from './token-table.ts';
import { SegmentSlice } from './token-table.ts';

/** What an interchange is read with, beside its own header. */
export interface InterchangeSettings {
  leniency: EnvelopeLeniency;
  /** In place of what the header declares. */
  charset: Charset | undefined;
  ordinal: number;
  segmentSuffix: string;
}

/**
 * Starts an X12 interchange from its ISA. The offsets in `header` count from `base` in the file. `range` ends behind the
 * header until the end of the interchange is known.
 */
export function startX12(
  header: Header,
  base: number,
  page: Page,
  settings: InterchangeSettings,
  sink: EnvelopeSink,
): EnvelopeContext {
  const at = (e: number): string => header.elements[e] ?? '';
  const party = (qualifier: string, id: string): EnvelopeParty => ({
    qualifier: qualifier.trim(),
    id: id.trim(),
  });
  const rules = rulesOf(header, settings.charset ?? 'ascii');
  const interchange: Interchange = {
    standard: 'x12',
    delimiters: rules.delimiters,
    serviceStringAdvice: false,
    segmentSuffix: settings.segmentSuffix,
    version: at(12),
    sender: party(at(5), at(6)),
    receiver: party(at(7), at(8)),
    date: at(9),
    time: at(10),
    controlNumber: at(13),
    acknowledgmentRequest: at(14),
    test: at(15) === 'T',
    header: header.elements,
    groups: [],
    interchangeAcknowledgments: [],
    statedCount: '',
    charset: rules.charset,
    findings: [],
    interchange: settings.ordinal,
    range: [base + header.start, base + header.resume],
  };
  const context = new EnvelopeContext(interchange, rules, settings.leniency, sink, page);
  reportHeader(header, base, context, 'ISA');
  return context;
}

/** Starts an EDIFACT interchange from its UNB, the segment at `record`. */
export function startEdifact(
  header: Header,
  base: number,
  page: Page,
  record: number,
  settings: InterchangeSettings,
  sink: EnvelopeSink,
): EnvelopeContext {
  const rules = rulesOf(header, settings.charset ?? 'ascii');
  const slice = new SegmentSlice(page, record, 1, rules);
  const at = (e: number, c = 1): string => slice.value(0, e, c);
  const declared = charsetOfSyntax(at(1));
  rules.charset = settings.charset ?? declared ?? 'ascii';
  const party = (e: number): EnvelopeParty => {
    const internalId = at(e, 3);
    return { qualifier: at(e, 2), id: at(e, 1), ...(internalId === '' ? {} : { internalId }) };
  };
  const [, end] = slice.range(0);
  const interchange: Interchange = {
    standard: 'edifact',
    delimiters: rules.delimiters,
    serviceStringAdvice: header.serviceStringAdvice,
    segmentSuffix: settings.segmentSuffix,
    version: slice.raw(0, 1),
    sender: party(2),
    receiver: party(3),
    date: at(4),
    time: at(4, 2),
    controlNumber: at(5),
    acknowledgmentRequest: at(9),
    // 1 a test, 2 of the syntax only, 3 and 4 an echo that was asked for and its answer: none of them is business.
    test: /^[1-4]$/.test(at(11)),
    header: ['UNB', ...Array.from({ length: slice.elementCount(0) }, (_, i) => slice.raw(0, i + 1))],
    groups: [],
    interchangeAcknowledgments: [],
    statedCount: '',
    charset: rules.charset,
    findings: [],
    interchange: settings.ordinal,
    range: [base + header.start, end],
  };
  const trusts = settings.charset === undefined && declared !== undefined;
  const context = new EnvelopeContext(interchange, rules, settings.leniency, sink, page, trusts);
  reportHeader(header, base, context, header.serviceStringAdvice ? 'UNA' : 'UNB');
  checkUnb(slice, declared === undefined, context);
  return context;
}

function rulesOf(header: Header, charset: Charset): TextRules {
  return { delimiters: header.delimiters, charset, wrapped: false };
}

function reportHeader(header: Header, base: number, context: EnvelopeContext, segmentId: string): void {
  for (const problem of header.problems)
    context.report(
      problem.code,
      {
        segmentId,
        ...(problem.element === undefined ? {} : { element: problem.element }),
        range: [base + problem.start, base + problem.end],
      },
      problem.message,
      { actual: problem.actual, expected: problem.expected, acknowledgment: problem.acknowledgment },
    );
}

function checkUnb(slice: SegmentSlice, unknownSyntax: boolean, context: EnvelopeContext): void {
  const place = (element: number, component: number): Place => ({
    segmentId: 'UNB',
    element,
    component,
    range: slice.range(0, element, component),
  });
  if (unknownSyntax)
    context.report(
      'SYNTAX_UNKNOWN',
      place(1, 1),
      `Syntax identifier "${slice.value(0, 1)}" names no character set: it is one of UNOA to UNOY.`,
      { actual: slice.value(0, 1), expected: 'UNOA to UNOY' },
    );
  const version = slice.value(0, 1, 2);
  if (!/^[1-4]$/.test(version))
    context.report('SYNTAX_UNKNOWN', place(1, 2), `Syntax version "${version}" is not 1, 2, 3 or 4.`, {
      actual: version,
      expected: '1, 2, 3 or 4',
    });
  // An unknown syntax is told already; its header is held against the older one.
  for (const { place: at, message, report } of checkHeaderElements(slice, { standard: 'edifact', version }))
    if (at.element !== 1) context.report('INTERCHANGE_ELEMENT_INVALID', at, message, report);
  checkUnbTime(slice, context, place);
}

/** S004: the calendar and the clock, in the format that the syntax version says. */
function checkUnbTime(
  slice: SegmentSlice,
  context: EnvelopeContext,
  place: (element: number, component: number) => Place,
): void {
  const date = slice.value(0, 4);
  const time = slice.value(0, 4, 2);
  if (/^(\d{6}|\d{8})$/.test(date) && !isDate(date))
    context.report(
      'INTERCHANGE_ELEMENT_INVALID',
      place(4, 1),
      `UNB04.1 (0017) is "${date}": expected a date.`,
      {
        actual: date,
        expected: 'a date',
      },
    );
  if (/^\d{4}$/.test(time) && !isTime(time))
    context.report(
      'INTERCHANGE_ELEMENT_INVALID',
      place(4, 2),
      `UNB04.2 (0019) is "${time}": expected a time HHMM.`,
      {
        actual: time,
        expected: 'a time HHMM',
      },
    );
}
