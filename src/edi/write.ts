import type { Finding } from '../common/finding.ts';
import { keepShape } from '../common/kept-shapes.ts';
import { charsetOfSyntax } from './charset.ts';
import type { Delimiters, EnvelopeParty, Standard } from './model.ts';
import { repertoireOf } from './repertoire.ts';
import { SegmentWriter } from './segment-writer.ts';
import type { WriteElement, WriteRules } from './segment-writer.ts';
import { ISA_WIDTHS } from './x12-header.ts';

export const X12_DELIMITERS: Readonly<Delimiters> = {
  segmentTerminator: '~',
  elementSeparator: '*',
  componentSeparator: '>',
  repetitionSeparator: '^',
  releaseCharacter: '',
  decimalMark: '.',
};

/** Service characters of EDIFACT syntax 1 to 3, which need no UNA; syntax 4 adds `*` for repetitions. */
export const EDIFACT_DELIMITERS: Readonly<Delimiters> = {
  segmentTerminator: "'",
  elementSeparator: '+',
  componentSeparator: ':',
  repetitionSeparator: '',
  releaseCharacter: '?',
  decimalMark: '.',
};

/** Envelope of an interchange to be written: what the partner agreed on, and this interchange's own numbers. */
export interface InterchangeHeader {
  standard: Standard;
  /** ISA12 `00401`, or UNB S001 `UNOC:3`. */
  version: string;
  sender: EnvelopeParty;
  receiver: EnvelopeParty;
  /** ISA09 / UNB S004, as sent: `260131`, `0815`. */
  date: string;
  time: string;
  /** ISA13 / UNB 0020; ISA13 is padded to nine digits. */
  controlNumber: string;
  test: boolean;
  /** ISA14 `1` / UNB 0031 `1`; '' or '0' for none. */
  acknowledgmentRequest: string;
  /** ISA01 to ISA04; `00`, blanks, `00`, blanks by default. */
  authorization?: { qualifier: string; information: string };
  security?: { qualifier: string; information: string };
  /** UNB 0026. */
  applicationReference?: string;
  /** UNB 0032. */
  agreementId?: string;
  delimiters?: Delimiters;
  segmentSuffix?: string;
  /** EDIFACT: send UNA. By default when the service characters are not the standard's. */
  serviceStringAdvice?: boolean;
}

export interface GroupHeader {
  /** GS01 / UNG 0038. */
  functionalId: string;
  applicationSender: string;
  applicationReceiver: string;
  date: string;
  time: string;
  controlNumber: string;
  /** GS08, `004010`; UNG S008, `D:96A`. */
  version: string;
  /** GS07: `X` (ASC X12, the default) or `T`; UNG 0051: `UN`. */
  agency?: string;
}

export interface TransactionHeader {
  type: string;
  controlNumber: string;
  /** UNH S009 version and release: `D.96A`. */
  release?: string;
  /** ST03 / UNH 0057: `EAN008`. */
  implementation?: string;
  /** UNH 0051: `UN`. */
  agency?: string;
}

/** A segment as data: its id, then its elements. */
export type WriteSegment = readonly [id: string, ...elements: WriteElement[]];

export interface TransactionToWrite extends TransactionHeader {
  /** What stands between ST and SE, UNH and UNT. */
  segments: readonly WriteSegment[];
}

export interface GroupToWrite extends GroupHeader {
  transactions: readonly TransactionToWrite[];
}

export interface InterchangeToWrite extends InterchangeHeader {
  /** EDIFACT interchanges have either groups or messages. */
  groups?: readonly GroupToWrite[];
  messages?: readonly TransactionToWrite[];
}

export interface WrittenInterchange {
  bytes: Uint8Array;
  /** With an error among them the bytes must not be sent. */
  findings: Finding[];
}

export type WritePolicy = Partial<Omit<WriteRules, 'standard' | 'delimiters' | 'segmentSuffix'>>;

/** First release of ISA12 in which ISA11 is the repetition separator. */
const REPETITION_SINCE = '00402';
const DEFAULT_AGENCY = 'UN';
const BLANKS = ' '.repeat(Math.max(...ISA_WIDTHS));

function rulesOf(header: InterchangeHeader, policy: WritePolicy): WriteRules {
  const x12 = header.standard === 'x12';
  const [syntax = '', version = ''] = header.version.split(':');
  let delimiters = header.delimiters ?? (x12 ? X12_DELIMITERS : EDIFACT_DELIMITERS);
  // Where the release has no repetition separator, its character is plain data.
  const repeats = x12 ? header.version >= REPETITION_SINCE : version >= '4';
  if (!repeats) delimiters = { ...delimiters, repetitionSeparator: '' };
  else if (!x12 && header.delimiters === undefined) delimiters = { ...delimiters, repetitionSeparator: '*' };
  return {
    standard: header.standard,
    delimiters,
    segmentSuffix: header.segmentSuffix ?? '',
    charset: policy.charset ?? (x12 ? 'iso-8859-1' : (charsetOfSyntax(syntax) ?? 'ascii')),
    repertoire: policy.repertoire ?? (x12 ? 'x12-extended' : repertoireOf(syntax)),
    unsupportedCharacter: policy.unsupportedCharacter ?? 'replace',
    delimiterInData: policy.delimiterInData ?? 'replace',
    replacement: policy.replacement ?? ' ',
    keepTrailing: policy.keepTrailing ?? false,
  };
}

/**
 * Writes one interchange: envelope, counts and control numbers are its own work; transactions are filled through
 * `segments`. Call startGroup (X12 always, EDIFACT where groups are agreed), startTransaction, write segments,
 * endTransaction, endGroup, finish.
 */
export class InterchangeWriter {
  readonly segments: SegmentWriter;
  readonly #header: InterchangeHeader;
  readonly #rules: WriteRules;
  readonly #findings: Finding[] = [];
  #group: GroupHeader | undefined;
  #groups = 0;
  #messages = 0;
  #groupMessages = 0;
  #transaction: TransactionHeader | undefined;
  #transactionStart = 0;

  constructor(header: InterchangeHeader, policy: WritePolicy = {}) {
    keepShape(InterchangeWriter, () => {
      const kept = new InterchangeWriter(header, policy);
      // The memory is for those that write.
      kept.segments.takeBytes();
      return kept;
    });
    this.#header = header;
    this.#rules = rulesOf(header, policy);
    this.segments = new SegmentWriter(this.#rules);
    if (header.standard === 'x12') this.#isa();
    else this.#unb();
  }

  get #x12(): boolean {
    return this.#header.standard === 'x12';
  }

  #isa(): void {
    const header = this.#header;
    const { delimiters, segmentSuffix } = this.#rules;
    const values = [
      header.authorization?.qualifier ?? '00',
      header.authorization?.information ?? '',
      header.security?.qualifier ?? '00',
      header.security?.information ?? '',
      header.sender.qualifier,
      header.sender.id,
      header.receiver.qualifier,
      header.receiver.id,
      header.date,
      header.time,
      delimiters.repetitionSeparator === '' ? 'U' : delimiters.repetitionSeparator,
      header.version,
      header.controlNumber.padStart(9, '0'),
      header.acknowledgmentRequest === '1' ? '1' : '0',
      header.test ? 'T' : 'P',
      delimiters.componentSeparator,
    ];
    let text = 'ISA';
    for (let i = 0; i < values.length; i++)
      text += delimiters.elementSeparator + this.#isaValue(values[i]!, i);
    this.segments.rawText(text + delimiters.segmentTerminator + segmentSuffix);
  }

  #isaValue(value: string, index: number): string {
    const width = ISA_WIDTHS[index]!;
    const { elementSeparator, segmentTerminator } = this.#rules.delimiters;
    const delimited = value.includes(elementSeparator) || value.includes(segmentTerminator);
    if (value.length > width || delimited) {
      const element = index + 1;
      this.#findings.push({
        code: 'ENVELOPE_VALUE_INVALID',
        severity: 'error',
        message: `ISA${String(element).padStart(2, '0')} "${value}" ${delimited ? 'contains a delimiter' : `is longer than ${width} characters`}.`,
        place: { segmentId: 'ISA', element },
        actual: value,
      });
    }
    const kept = delimited ? '' : value.slice(0, width);
    return kept + BLANKS.slice(kept.length, width);
  }

  #unb(): void {
    const header = this.#header;
    const { delimiters, segmentSuffix } = this.#rules;
    const { componentSeparator, elementSeparator, decimalMark, releaseCharacter } = delimiters;
    const reserved = delimiters.repetitionSeparator === '' ? ' ' : delimiters.repetitionSeparator;
    const advice = `${componentSeparator}${elementSeparator}${decimalMark}${releaseCharacter === '' ? ' ' : releaseCharacter}`;
    const terminator = delimiters.segmentTerminator;
    const needed = `${advice}${terminator}` !== ":+.?'" || !(reserved === ' ' || reserved === '*');
    if (header.serviceStringAdvice ?? needed)
      this.segments.rawText(`UNA${advice}${reserved}${terminator}${segmentSuffix}`);
    const party = (value: EnvelopeParty): string[] => [value.id, value.qualifier, value.internalId ?? ''];
    this.segments.segment('UNB', [
      header.version.split(':'),
      party(header.sender),
      party(header.receiver),
      [header.date, header.time],
      header.controlNumber,
      '',
      header.applicationReference ?? '',
      '',
      header.acknowledgmentRequest === '0' ? '' : header.acknowledgmentRequest,
      header.agreementId ?? '',
      header.test ? '1' : '',
    ]);
  }

  startGroup(group: GroupHeader): void {
    this.#group = group;
    this.#groups++;
    this.#groupMessages = 0;
    const { functionalId, applicationSender, applicationReceiver, date, time, controlNumber, version } =
      group;
    const agency = group.agency ?? (this.#x12 ? 'X' : DEFAULT_AGENCY);
    if (this.#x12)
      this.segments.segment('GS', [
        functionalId,
        applicationSender,
        applicationReceiver,
        date,
        time,
        controlNumber,
        agency,
        version,
      ]);
    else
      this.segments.segment('UNG', [
        functionalId,
        applicationSender,
        applicationReceiver,
        [date, time],
        controlNumber,
        agency,
        version.split(':'),
      ]);
  }

  startTransaction(transaction: TransactionHeader): void {
    this.#transaction = transaction;
    this.#messages++;
    this.#groupMessages++;
    this.#transactionStart = this.segments.segmentCount;
    const { type, controlNumber, implementation = '', release = '', agency = DEFAULT_AGENCY } = transaction;
    if (this.#x12) this.segments.segment('ST', [type, controlNumber, implementation]);
    else this.segments.segment('UNH', [controlNumber, [type, ...release.split('.'), agency, implementation]]);
  }

  endTransaction(): void {
    const count = String(this.segments.segmentCount - this.#transactionStart + 1);
    this.segments.segment(this.#x12 ? 'SE' : 'UNT', [count, this.#transaction?.controlNumber ?? '']);
  }

  endGroup(): void {
    const trailer = this.#x12 ? 'GE' : 'UNE';
    this.segments.segment(trailer, [String(this.#groupMessages), this.#group?.controlNumber ?? '']);
  }

  /** Writes the trailer; the interchange is complete. */
  finish(): WrittenInterchange {
    const { controlNumber } = this.#header;
    if (this.#x12) this.segments.segment('IEA', [String(this.#groups), controlNumber.padStart(9, '0')]);
    else
      this.segments.segment('UNZ', [String(this.#groups > 0 ? this.#groups : this.#messages), controlNumber]);
    return { bytes: this.segments.takeBytes(), findings: [...this.#findings, ...this.segments.findings] };
  }
}

/** Writes an interchange that is there as data. */
export function writeInterchange(
  interchange: InterchangeToWrite,
  policy: WritePolicy = {},
): WrittenInterchange {
  const writer = new InterchangeWriter(interchange, policy);
  for (const message of interchange.messages ?? []) writeTransaction(writer, message);
  for (const group of interchange.groups ?? []) {
    writer.startGroup(group);
    for (const transaction of group.transactions) writeTransaction(writer, transaction);
    writer.endGroup();
  }
  return writer.finish();
}

function writeTransaction(writer: InterchangeWriter, transaction: TransactionToWrite): void {
  writer.startTransaction(transaction);
  for (const [id, ...elements] of transaction.segments) writer.segments.segment(id, elements);
  writer.endTransaction();
}
