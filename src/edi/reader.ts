import type { Finding } from '../common/finding.ts';
import { Envelope } from './envelope.ts';
import type { EnvelopeSink } from './envelope-context.ts';
import { envelopeFinding } from './envelope-findings.ts';
import { OBJECT_TRAILER_BYTES, objectTrailerAt } from './envelope-package.ts';
import type { Header, HeaderProblem } from './header.ts';
import { isLineBreak } from './bytes.ts';
import { SUFFIX_BYTES, segmentSuffixAt } from './header.ts';
import { startEdifact, startX12 } from './interchange.ts';
import type { InterchangeSettings } from './interchange.ts';
import type { EnvelopeLeniency } from './leniency.ts';
import { HEADER_LOOKAHEAD, isHeaderAt } from './dialect.ts';
import { Lexer, MAX_SEGMENT_BYTES, STOP_DATA, STOP_HEADER, STOP_LIMIT, STOP_SERVICE } from './lexer.ts';
import type { Charset } from './model.ts';
import { Noise } from './noise.ts';
import { PAGE_BYTES, continuePage, emptyPage, newPage } from './page.ts';
import { readHeader } from './read-header.ts';
import type { ReadOptions } from './read-options.ts';
import { reportStrays } from './strays.ts';
import type { SpareTables } from './spare-tables.ts';
import type { Page } from './token-table.ts';
import { SEGMENT_OFFSET, SEGMENT_STRIDE } from './token-table.ts';
import { ENCODING_BYTES, unsupportedEncoding } from './encoding.ts';

const DEFAULT_MAX_TRANSACTION_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file piece by piece: finds interchanges among whatever surrounds them, feeds the lexer, and hands envelope
 * segments to the Envelope. The result depends on the bytes alone, never on how they were cut into pieces.
 */
export class Reader {
  readonly findings: Finding[] = [];
  byteOrderMark = false;

  readonly #sink: EnvelopeSink;
  readonly #leniency: EnvelopeLeniency;
  readonly #charset: Charset | undefined;
  readonly #maxTransaction: number;
  readonly #noise: Noise;
  readonly #spare: SpareTables | undefined;
  #page: Page = emptyPage();
  #encodingKnown = false;
  #unreadable = false;
  #interchanges = 0;
  /** Next byte to look at between interchanges, in the page. */
  #position = 0;
  #lexer: Lexer | undefined;
  #envelope: Envelope | undefined;
  /** An EDIFACT header whose UNB is not complete, and the file offset that its own offsets count from. */
  #header: Header | undefined;
  #headerBase = 0;
  #unbComplete = false;
  /** File offset where the object of a package ends that is being passed over; -1 = none. */
  #objectEnd = -1;
  /** Records of the page that the envelope has seen. */
  #handled = 0;

  /** `spare`: for an owner who says when transactions are no longer looked at. */
  constructor(sink: EnvelopeSink, options: ReadOptions = {}, spare?: SpareTables) {
    this.#sink = sink;
    this.#spare = spare;
    this.#leniency = options.leniency ?? {};
    this.#charset = options.charset;
    this.#maxTransaction = options.maxTransactionBytes ?? DEFAULT_MAX_TRANSACTION_BYTES;
    this.#noise = new Noise(this.#leniency, this.findings);
  }

  /** Reads a whole file, without copying it. */
  readAll(bytes: Uint8Array): void {
    this.#page = newPage(bytes, 0, bytes.length, this.#spare);
    this.end();
  }

  /** Reads a piece of the file. The bytes are copied. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#append(chunk);
    this.#process(false);
  }

  end(): void {
    this.#process(true);
    this.#finish();
    this.#spare?.retire(this.#page);
  }

  #append(chunk: Uint8Array): void {
    const page = this.#page;
    if (page.used + chunk.length <= page.bytes.length) {
      page.bytes.set(chunk, page.used);
      page.used += chunk.length;
      return;
    }
    const record = this.#firstOpenRecord();
    const keep = this.#firstOpenOffset(record);
    const rest = page.used - keep;
    const needed = rest + chunk.length;
    const bytes =
      this.#mayRetire && needed <= page.bytes.length
        ? page.bytes
        : new Uint8Array(Math.max(PAGE_BYTES, 2 * needed));
    bytes.set(page.bytes.subarray(keep, page.used));
    bytes.set(chunk, rest);
    this.#movePage(bytes, needed, keep, record);
  }

  /** What is kept of a transaction that is too large stands in pages of its own until the transaction ends. */
  get #mayRetire(): boolean {
    return this.#spare !== undefined && this.#envelope?.transactions.isTruncated !== true;
  }

  /** First record that is still needed: of the open transaction, or the one under way. */
  #firstOpenRecord(): number {
    if (this.#envelope === undefined)
      return this.#header === undefined ? this.#page.segmentCount : this.#handled;
    if (this.#envelope.transactions.isOpen) return this.#envelope.transactions.record;
    this.#tellOutside(this.#page.segmentCount);
    return this.#page.segmentCount;
  }

  #firstOpenOffset(record: number): number {
    const lexer = this.#lexer;
    if (lexer === undefined) return this.#position;
    if (record < this.#page.segmentCount || lexer.segmentStart >= 0)
      return this.#page.segments[record * SEGMENT_STRIDE + SEGMENT_OFFSET]!;
    return lexer.position;
  }

  #movePage(bytes: Uint8Array, used: number, keep: number, record: number): void {
    const page = this.#page;
    this.#page = continuePage(page, bytes, used, keep, record, this.#spare);
    if (this.#mayRetire) this.#spare?.retire(page);
    this.#position -= keep;
    this.#lexer?.rebase(keep);
    this.#handled = Math.max(0, this.#handled - record);
    if (this.#envelope !== undefined) {
      this.#envelope.context.page = this.#page;
      this.#envelope.transactions.record -= record;
    }
  }

  /** Gives up the part of the page that is done, so that the next transactions get tables of their own. */
  #turnPage(position: number): void {
    const bytes = this.#page.bytes.subarray(position);
    this.#movePage(bytes, this.#page.used - position, position, this.#page.segmentCount);
  }

  #process(final: boolean): void {
    if (!this.#encodingKnown) {
      if (this.#page.used < ENCODING_BYTES && !final) return;
      this.#encodingKnown = true;
      this.#checkEncoding();
    }
    if (this.#unreadable) {
      this.#position = this.#page.used;
      return;
    }
    for (;;) {
      let goesOn: boolean;
      if (this.#lexer === undefined) goesOn = this.#findHeader(final);
      else if (this.#header !== undefined) goesOn = this.#readUnb(this.#lexer, this.#header, final);
      else goesOn = this.#readSegments(this.#lexer, this.#envelope!, final);
      if (!goesOn) return;
    }
  }

  #checkEncoding(): void {
    const name = unsupportedEncoding(this.#page.bytes.subarray(0, this.#page.used));
    if (name === undefined) return;
    this.#unreadable = true;
    const range = [0, Math.min(ENCODING_BYTES, this.#page.used)] as const;
    this.#report(
      'ENCODING_UNSUPPORTED',
      range,
      `The file is encoded in ${name}: send it in ASCII, ISO 8859 or UTF-8.`,
      name,
    );
  }

  #report(
    code: 'ENCODING_UNSUPPORTED' | 'FILE_EMPTY' | HeaderProblem['code'],
    range: readonly [number, number],
    message: string,
    actual?: string,
    acknowledgment?: string,
  ): void {
    this.findings.push(
      envelopeFinding(code, 'x12', this.#leniency, { range }, message, { actual, acknowledgment }),
    );
  }

  /** Passes noise up to the next header and starts its interchange; false when more data is needed. */
  #findHeader(final: boolean): boolean {
    const { bytes, used, base } = this.#page;
    for (let i = this.#position; i < used; i++) {
      const byte = bytes[i]!;
      if ((byte === 0x49 || byte === 0x55) && this.#noise.endsWord) {
        this.#position = i;
        if (i + HEADER_LOOKAHEAD > used && !final) return false;
        if (isHeaderAt(bytes, i, used)) {
          const result = readHeader(bytes, i, used, final, this.#leniency);
          if (result.kind === 'more') return false;
          if (result.kind === 'header') {
            this.#start(result);
            return true;
          }
          if (result.kind === 'invalid') {
            const { code, start, end, message, actual, acknowledgment } = result.problem;
            this.#report(code, [base + start, base + end], message, actual, acknowledgment);
          }
        }
      }
      this.#noise.add(byte, base + i);
    }
    this.#position = used;
    return false;
  }

  #settings(headerEnd: number): InterchangeSettings {
    const { bytes, used } = this.#page;
    return {
      leniency: this.#leniency,
      charset: this.#charset,
      ordinal: this.#interchanges,
      segmentSuffix: segmentSuffixAt(bytes, headerEnd, used),
    };
  }

  #start(header: Header): void {
    this.#interchanges++;
    if (this.#noise.flush('before') && this.#interchanges === 1) this.byteOrderMark = true;
    if (header.start > 0) this.#turnPage(header.start);
    const page = this.#page;
    const shift = header.start;
    const lexer = new Lexer(header.dialect, page.base);
    this.#lexer = lexer;
    this.#headerBase = page.base - shift;
    this.#handled = 0;
    if (header.standard === 'edifact') {
      this.#header = header;
      this.#unbComplete = false;
      lexer.begin(page, header.resume - shift);
      return;
    }
    lexer.position = header.resume - shift;
    lexer.limit = lexer.position + this.#maxTransaction;
    for (let i = 0; i < header.end - shift; i++)
      if (isLineBreak(page.bytes[i])) i = lexer.passLineBreak(page, i) - 1;
    const context = startX12(header, this.#headerBase, page, this.#settings(lexer.position), this.#sink);
    context.rules.wrapped = lexer.strays.wrapWidth > 0;
    this.#envelope = new Envelope(context, page.base + header.end - shift);
  }

  /** Completes UNB and starts its interchange. */
  #readUnb(lexer: Lexer, header: Header, final: boolean): boolean {
    if (!this.#unbComplete) {
      const stop = lexer.run(this.#page, final);
      if (stop === STOP_DATA) return false;
      if (stop !== STOP_SERVICE) {
        const start = this.#page.base + lexer.segmentStart;
        this.#report(
          'INTERCHANGE_HEADER_INVALID',
          [start, start + MAX_SEGMENT_BYTES],
          'UNB is not terminated.',
        );
        lexer.abandonSegment(this.#page);
        this.#header = undefined;
        this.#leave(lexer.position);
        return true;
      }
      this.#unbComplete = true;
    }
    if (lexer.position + SUFFIX_BYTES > this.#page.used && !final) return false;
    const page = this.#page;
    const record = page.segmentCount - 1;
    const context = startEdifact(
      header,
      this.#headerBase,
      page,
      record,
      this.#settings(lexer.position),
      this.#sink,
    );
    context.rules.wrapped = lexer.strays.wrapWidth > 0;
    this.#envelope = new Envelope(context, context.interchange.range[1]);
    this.#header = undefined;
    this.#handled = page.segmentCount;
    lexer.limit = lexer.position + this.#maxTransaction;
    return true;
  }

  /** Records up to `end` that the envelope has not seen stand in no transaction, unless one is open. */
  #tellOutside(end: number): void {
    if (this.#envelope?.transactions.isOpen === false) this.#envelope.outside(this.#handled, end);
    this.#handled = end;
  }

  /** Reads on to the next stop; false when more data is needed. */
  #readSegments(lexer: Lexer, envelope: Envelope, final: boolean): boolean {
    if (this.#objectEnd >= 0 && !this.#passObject(lexer, envelope, final)) return false;
    const stop = lexer.run(this.#page, final);
    const page = this.#page;
    envelope.context.rules.wrapped = lexer.strays.wrapWidth > 0;
    switch (stop) {
      case STOP_DATA:
        if (!final) return false;
        this.#abandon(lexer, envelope, 'file');
        return true;
      case STOP_SERVICE:
        this.#serviceSegment(lexer, envelope);
        return true;
      case STOP_HEADER: {
        const result = readHeader(page.bytes, lexer.position, page.used, final, this.#leniency);
        if (result.kind === 'more') return false;
        if (result.kind === 'header') this.#abandon(lexer, envelope, 'header');
        else lexer.begin(page, lexer.position);
        return true;
      }
      case STOP_LIMIT:
        if (envelope.transactions.isOpen)
          envelope.transactions.truncate(page.segmentCount, this.#maxTransaction);
        this.#tellOutside(page.segmentCount);
        this.#turnPage(lexer.position);
        lexer.limit = PAGE_BYTES;
        return true;
      default: {
        const start = page.base + lexer.segmentStart;
        const range = [start, start + MAX_SEGMENT_BYTES] as const;
        lexer.abandonSegment(page);
        // What stands in front is told first, also where it came with the same piece.
        this.#tellOutside(page.segmentCount);
        envelope.context.report(
          'SEGMENT_TOO_LONG',
          { range },
          `No segment terminator within ${MAX_SEGMENT_BYTES} bytes.`,
        );
        this.#abandon(lexer, envelope, 'terminator');
        return true;
      }
    }
  }

  /** Goes on behind the object of a package; false when more of it is still to come. */
  #passObject(lexer: Lexer, envelope: Envelope, final: boolean): boolean {
    const { bytes, base, used } = this.#page;
    const end = this.#objectEnd - base;
    lexer.position = Math.min(end, used);
    if (end + OBJECT_TRAILER_BYTES > used && !final) return false;
    lexer.position = objectTrailerAt(bytes, end, used, envelope.context.interchange.segmentSuffix);
    this.#objectEnd = -1;
    return true;
  }

  #serviceSegment(lexer: Lexer, envelope: Envelope): void {
    const page = this.#page;
    const record = page.segmentCount - 1;
    this.#tellOutside(record);
    if (envelope.isTrailer(record)) this.#closeInterchange(lexer, envelope);
    const ended = envelope.segment(record);
    this.#handled = page.segmentCount;
    if (ended) {
      this.#leave(lexer.position);
      return;
    }
    const object = envelope.objectLength(record);
    if (object > 0) this.#objectEnd = page.base + lexer.position + object;
    const open = envelope.transactions.isOpen;
    if (!open && lexer.position > PAGE_BYTES) this.#turnPage(lexer.position);
    const from = open ? this.#page.segments[record * SEGMENT_STRIDE]! : lexer.position;
    lexer.limit = from + this.#maxTransaction;
  }

  #closeInterchange(lexer: Lexer, envelope: Envelope): void {
    const { interchange } = envelope.context;
    interchange.range = [interchange.range[0], this.#page.base + lexer.position];
    reportStrays(lexer, envelope.context);
  }

  /** The interchange ends without its trailer. */
  #abandon(lexer: Lexer, envelope: Envelope, why: 'file' | 'header' | 'terminator'): void {
    this.#tellOutside(this.#page.segmentCount);
    this.#closeInterchange(lexer, envelope);
    envelope.end(this.#page.segmentCount, this.#page.base + lexer.position, why);
    this.#leave(lexer.position);
  }

  #leave(position: number): void {
    this.#lexer = undefined;
    this.#envelope = undefined;
    this.#position = position;
  }

  #finish(): void {
    if (this.#unreadable) return;
    const size = this.#page.base + this.#page.used;
    const nothing = this.findings.length === 0 && this.#interchanges === 0;
    this.#noise.flush(this.#interchanges === 0 ? 'only' : 'after');
    if (nothing && this.findings.length === 0) this.#report('FILE_EMPTY', [0, size], 'The file is empty.');
  }
}
