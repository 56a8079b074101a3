import type { Finding } from '../common/finding.ts';
import { encodeCharacter, encodeText } from './encode.ts';
import type { Charset, Delimiters, Standard } from './model.ts';
import type { Repertoire } from './repertoire.ts';
import { hasNationalCharacters, transliterate } from './repertoire.ts';
import { delimitersOf, NOT_PLAIN, appendPlain, SegmentBuffer } from './segment-buffer.ts';

/** Components of one repetition; a string is a repetition of one component. */
export type WriteRepetition = string | readonly string[];

/** `'EA'`, a composite `['137', '20260131', '102']`, or `{ repetitions: ['A', ['B', 'C']] }`. '' = left out. */
export type WriteElement = WriteRepetition | { readonly repetitions: readonly WriteRepetition[] };

/** How segments are written for a partner. */
export interface WriteRules {
  standard: Standard;
  delimiters: Delimiters;
  /** Written behind each segment terminator: '', '\n', '\r\n'. */
  segmentSuffix: string;
  charset: Charset;
  repertoire: Repertoire;
  /** A character that the partner cannot receive is spelled with plainer ones (`é` → `e`), or refused. */
  unsupportedCharacter: 'replace' | 'refuse';
  /** Data that contains a delimiter, where there is no release character: replaced, or refused. */
  delimiterInData: 'replace' | 'refuse';
  /** Stands for a delimiter in data, and for a character that has no plainer spelling. */
  replacement: string;
  /** Empty elements and components at the end are written with their separators; left out by default. */
  keepTrailing: boolean;
}

/**
 * Appends segments to one growing buffer. What cannot be written as it is becomes a finding: a warning when it was
 * replaced, an error when the rules refuse it; a file with an error must not be sent.
 *
 *     writer.segment('DTM', [['137', '20260131', '102']]);
 *
 * or, without arrays, one element after the other; empty ones at the end leave no trace:
 *
 *     writer.begin('PO1'); writer.element('1'); writer.element('6'); writer.element('EA'); writer.end();
 *     writer.begin('DTM'); writer.element('137'); writer.component('20260131'); writer.component('102'); writer.end();
 *
 * or by place, for those who know where their values belong:
 *
 *     writer.begin('PO1'); writer.put(1, 1, '1'); writer.put(7, 1, '012345678905'); writer.end();
 */
export class SegmentWriter {
  readonly findings: Finding[] = [];
  /** What was written; whole segments of plain text can be put there directly. */
  readonly buffer: SegmentBuffer;

  readonly #rules: WriteRules;
  readonly #delimiters: readonly string[];
  /** Separators that wait for a value behind them. */
  #pendingElements = 0;
  #pendingRepetitions = 0;
  #pendingComponents = 0;
  /** Place of the value being written, for findings. */
  #segmentId = '';
  #elementNumber = 0;
  #componentNumber = 1;
  /** In a repetition that cannot be sent. */
  #leftOut = false;

  constructor(rules: WriteRules) {
    this.#rules = rules;
    this.#delimiters = delimitersOf(rules.delimiters);
    this.buffer = new SegmentBuffer(rules);
  }

  /** Segments written so far. */
  get segmentCount(): number {
    return this.buffer.segments;
  }

  /** Number of bytes written. */
  get size(): number {
    return this.buffer.length;
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.buffer.bytes.slice(0, this.buffer.length);
  }

  /** What was written: nothing of it is left here. */
  takeBytes(): Uint8Array {
    return this.buffer.take();
  }

  /** Forgets what was written, and its findings; the buffer is used again. */
  clear(): void {
    this.restart();
    this.buffer.segments = 0;
    this.findings.length = 0;
  }

  /** Goes on with an empty buffer, after what was written has been taken: for files that are sent in pieces. */
  restart(): void {
    this.buffer.length = 0;
  }

  /** `suffix` false: nothing behind the terminator, for the last segment of a file. */
  segment(id: string, elements: readonly WriteElement[], suffix = true): void {
    this.begin(id);
    for (const element of elements) {
      if (typeof element === 'string') this.element(element);
      else if ('repetitions' in element) this.#repeated(element.repetitions);
      else this.#composite(element);
    }
    this.end(suffix);
  }

  #composite(components: readonly string[]): void {
    this.element(components[0] ?? '');
    for (let c = 1; c < components.length; c++) this.component(components[c]!);
  }

  #repeated(repetitions: readonly WriteRepetition[]): void {
    for (let r = 0; r < repetitions.length; r++) {
      const repetition = repetitions[r]!;
      const components = typeof repetition === 'string' ? [repetition] : repetition;
      if (r === 0) this.element(components[0] ?? '');
      else this.repetition(components[0] ?? '');
      for (let c = 1; c < components.length; c++) this.component(components[c]!);
    }
    if (repetitions.length === 0) this.element('');
  }

  /** Starts a segment. */
  begin(id: string): void {
    this.#segmentId = id;
    this.#elementNumber = 0;
    this.#text(id);
  }

  /** The next element, or its first component. */
  element(value: string): void {
    if (this.#rules.keepTrailing) this.#flush();
    this.#elementNumber++;
    this.#componentNumber = 1;
    this.#leftOut = false;
    this.#pendingElements++;
    this.#pendingRepetitions = 0;
    this.#pendingComponents = 0;
    if (value !== '') this.#value(value);
  }

  /** The next component of the element. */
  component(value: string): void {
    if (this.#leftOut) return;
    if (Number.isNaN(this.buffer.componentSeparator)) {
      this.#reportMissing('component', value);
      return;
    }
    this.#componentNumber++;
    this.#pendingComponents++;
    if (value !== '') this.#value(value);
  }

  /** A component of an element, both counted from 1; places ascend within a segment, what lies between is empty. */
  put(element: number, component: number, value: string): void {
    if (value === '') return;
    const elements = element - this.#elementNumber;
    if (elements > 0) {
      this.#pendingRepetitions = 0;
      this.#pendingComponents = 0;
      this.#elementNumber = element;
      this.#componentNumber = 1;
      this.#leftOut = false;
    }
    const components = component - this.#componentNumber;
    if (components > 0 && Number.isNaN(this.buffer.componentSeparator)) {
      this.#pendingElements += elements;
      this.#reportMissing('component', value);
      return;
    }
    this.#componentNumber = component;
    this.#flush();
    const { buffer } = this;
    buffer.reserve(elements + components);
    for (let i = 0; i < elements; i++) buffer.bytes[buffer.length++] = buffer.elementSeparator;
    for (let i = 0; i < components; i++) buffer.bytes[buffer.length++] = buffer.componentSeparator;
    this.#text(value);
  }

  /** The next repetition of the element, or its first component. */
  repetition(value: string): void {
    if (Number.isNaN(this.buffer.repetitionSeparator)) {
      this.#reportMissing('repetition', value);
      this.#leftOut = true;
      return;
    }
    if (this.#rules.keepTrailing) this.#flush();
    this.#pendingRepetitions++;
    this.#pendingComponents = 0;
    this.#componentNumber = 1;
    if (value !== '') this.#value(value);
  }

  /** The syntax has no such separator: what cannot be sent is an error, unless it is empty. */
  #reportMissing(kind: 'component' | 'repetition', value: string): void {
    if (value === '') return;
    const place = `${this.#segmentId}${String(this.#elementNumber).padStart(2, '0')}`;
    this.findings.push({
      code: 'SEPARATOR_MISSING',
      severity: 'error',
      message: `${place} has a ${kind} "${value}", but this interchange has no ${kind} separator: it was left out.`,
      place: { segment: this.segmentCount + 1, segmentId: this.#segmentId, element: this.#elementNumber },
      actual: value,
    });
  }

  /** Ends the segment. */
  end(suffix = true): void {
    if (this.#rules.keepTrailing) this.#flush();
    this.#pendingElements = 0;
    this.#pendingRepetitions = 0;
    this.#pendingComponents = 0;
    this.terminate(suffix);
  }

  /** Terminator and suffix behind a segment that was written as bytes. */
  terminate(suffix = true): void {
    const { buffer } = this;
    const ending = suffix ? buffer.ending : buffer.terminator;
    buffer.reserve(ending.length);
    // A loop: for so few bytes a copy costs more than the bytes.
    for (let i = 0; i < ending.length; i++) buffer.bytes[buffer.length++] = ending[i]!;
    buffer.segments++;
  }

  /** Text as it is, separators and all: an envelope. What the character set does not have becomes a question mark. */
  rawText(text: string): void {
    const { buffer } = this;
    const { length } = text;
    buffer.reserve(length);
    const { bytes, length: at } = buffer;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 128) {
        this.raw(encodeText(text, this.#rules.charset));
        return;
      }
      bytes[at + i] = code;
    }
    buffer.length = at + length;
  }

  /** Bytes as they are: a segment that came in. */
  raw(bytes: Uint8Array): void {
    const { buffer } = this;
    buffer.reserve(bytes.length);
    buffer.bytes.set(bytes, buffer.length);
    buffer.length += bytes.length;
  }

  #flush(): void {
    if ((this.#pendingElements | this.#pendingRepetitions | this.#pendingComponents) === 0) return;
    const { buffer } = this;
    buffer.reserve(this.#pendingElements + this.#pendingRepetitions + this.#pendingComponents);
    const { bytes } = buffer;
    for (; this.#pendingElements > 0; this.#pendingElements--)
      bytes[buffer.length++] = buffer.elementSeparator;
    for (; this.#pendingRepetitions > 0; this.#pendingRepetitions--)
      bytes[buffer.length++] = buffer.repetitionSeparator;
    for (; this.#pendingComponents > 0; this.#pendingComponents--)
      bytes[buffer.length++] = buffer.componentSeparator;
  }

  #value(value: string): void {
    this.#flush();
    this.#text(value);
  }

  #text(value: string): void {
    const { buffer } = this;
    buffer.reserve(value.length);
    const at = appendPlain(buffer.bytes, buffer.plain, buffer.length, buffer.bytes.length, value);
    if (at === NOT_PLAIN) this.#careful(value);
    else buffer.length = at;
  }

  /** Text with something in it that needs a release character, another encoding, or a decision. */
  #careful(value: string): void {
    const { releaseCharacter } = this.#rules.delimiters;
    const replaced = new Set<string>();
    const refusedDelimiters = new Set<string>();
    for (const character of value) {
      const isDelimiter = this.#delimiters.includes(character);
      if (isDelimiter && releaseCharacter !== '') {
        this.raw(this.#bytesOf(releaseCharacter + character));
        continue;
      }
      const encoded = isDelimiter ? undefined : this.#encode(character);
      if (encoded === undefined) (isDelimiter ? refusedDelimiters : replaced).add(character);
      this.raw(encoded ?? this.#bytesOf(this.#spellingOf(character)));
    }
    if (refusedDelimiters.size > 0)
      this.#report('DELIMITER_IN_DATA', this.#rules.delimiterInData, refusedDelimiters, value);
    if (replaced.size > 0)
      this.#report('CHARACTER_UNSUPPORTED', this.#rules.unsupportedCharacter, replaced, value);
  }

  /**
   * A text with the characters that it will have in the file: what the partner cannot receive is replaced, unless that is refused.
   * Release characters do not count. Nothing is written and nothing is reported.
   */
  spell(text: string): string {
    if (this.#isPlain(text)) return text;
    let spelled = '';
    for (const character of text)
      spelled += this.#isReplaced(character) ? this.#spellingOf(character) : character;
    return spelled;
  }

  #isReplaced(character: string): boolean {
    const { delimiters, delimiterInData, unsupportedCharacter } = this.#rules;
    if (this.#delimiters.includes(character))
      return delimiters.releaseCharacter === '' && delimiterInData === 'replace';
    return unsupportedCharacter === 'replace' && this.#encode(character) === undefined;
  }

  /** Bytes of a character that the partner can receive. */
  #encode(character: string): Uint8Array | undefined {
    const code = character.codePointAt(0)!;
    const { repertoire, charset } = this.#rules;
    if (code < 128) return this.buffer.plain[code] === 1 ? Uint8Array.of(code) : undefined;
    if (isControl(code) && repertoire !== 'verbatim') return undefined;
    return hasNationalCharacters(repertoire) ? encodeCharacter(character, charset) : undefined;
  }

  #isPlain(text: string): boolean {
    for (const character of text) if (this.buffer.plain[character.codePointAt(0)!] !== 1) return false;
    return true;
  }

  /** What stands for a character that cannot be sent. */
  #spellingOf(character: string): string {
    if (this.#delimiters.includes(character)) return this.#substitute();
    return transliterate(character, (text) => this.#isPlain(text)) ?? this.#substitute();
  }

  #bytesOf(text: string): Uint8Array {
    return encodeText(text, this.#rules.charset);
  }

  /** The replacement, or a blank when that is a delimiter here. */
  #substitute(): string {
    return this.#isPlain(this.#rules.replacement) ? this.#rules.replacement : ' ';
  }

  #report(
    code: 'DELIMITER_IN_DATA' | 'CHARACTER_UNSUPPORTED',
    policy: 'replace' | 'refuse',
    characters: ReadonlySet<string>,
    value: string,
  ): void {
    const shown = [...characters].map((character) => `"${character}"`).join(', ');
    const why =
      code === 'DELIMITER_IN_DATA'
        ? `contains the delimiter ${shown}, which cannot be sent as data`
        : `contains ${shown}, which the partner cannot receive`;
    const place = `${this.#segmentId}${String(this.#elementNumber).padStart(2, '0')}`;
    this.findings.push({
      code,
      severity: policy === 'refuse' ? 'error' : 'warning',
      message: `${place} ${why}${policy === 'refuse' ? '.' : '; it was replaced.'}`,
      place: { segment: this.segmentCount + 1, segmentId: this.#segmentId, element: this.#elementNumber },
      actual: value,
    });
  }
}

function isControl(code: number): boolean {
  return code >= 0x80 && code < 0xa0;
}
