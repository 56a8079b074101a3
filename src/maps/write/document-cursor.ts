import type { Finding } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import { satisfies } from '../compile/when-test.ts';
import type { Field, Place, Scalar, Scope, When } from '../compile/model.ts';
import { periodOf } from '../conversion/dates.ts';
import { collectAt, getAt, isFields, type DocumentPath, type Fields } from '../document-path.ts';
import { addDecimals, computeTotal, deriveValue } from '../read/instance.ts';
import { express, type WriteReport } from './express.ts';
import type { SegmentSink, WriteOptions } from './sink.ts';
import { Spelling } from './spelling.ts';

/** The texts that a rule writes, and the companion of the last (time, format of a DTM). */
export interface FieldTexts {
  texts: string[];
  extra: string;
}

const NOTHING: FieldTexts = { texts: [], extra: '' };

const single = new WeakMap<object, boolean>();

/** True for a field that is one value, written without anything beside it. */
function isSingle<P extends Place>(field: Field<P>): boolean {
  const known = single.get(field);
  if (known !== undefined) return known;
  const { path, conversion } = field;
  const answer =
    path !== undefined &&
    !path.absolute &&
    path.up === 0 &&
    !field.list &&
    field.selectStep === -1 &&
    path.steps.at(-1)?.index === undefined &&
    !field.derive &&
    !field.inherit &&
    !field.sum &&
    !field.count &&
    field.context === undefined &&
    field.width === undefined &&
    !field.time &&
    !conversion.readEnd;
  single.set(field, answer);
  return answer;
}

/**
 * Where the writer is in the document: which object each scope is at, which list entries are done. It turns the fields of
 * that place into texts; what cannot be expressed becomes a finding.
 */
export class DocumentCursor<P extends Place> {
  findings: Finding[] = [];
  document: Fields = {};
  #options: WriteOptions = {};
  /** Segments written so far by id, for `count: HL`. */
  readonly counts = new Map<string, number>();
  /** By scope: the object that is being written, and which one it is in its list. */
  readonly #targets: (Fields | undefined)[];
  readonly #ordinals: number[];
  /** By scope: the entries in it. */
  readonly #entries: readonly (readonly Scope<P>[])[];
  /** List entries that a loop or an entry has written: each is written once. */
  readonly #taken = new Set<unknown>();
  #field: Field<P> | undefined;

  constructor(scopes: readonly Scope<P>[]) {
    this.#targets = scopes.map(() => undefined);
    this.#ordinals = scopes.map(() => 0);
    this.#entries = scopes.map(({ children }) => children.filter(({ entry }) => entry));
  }

  /** `sink`: how texts will stand in the file. */
  start(document: Document, options: WriteOptions, sink: Pick<SegmentSink, 'spell'> = {}): this {
    this.document = document;
    this.#options = options;
    this.spelling.start(sink);
    return this;
  }

  /** What there was to report; nothing of the document is kept. */
  finish(): Finding[] {
    const { findings } = this;
    this.findings = [];
    this.document = {};
    this.#options = {};
    this.spelling.finish();
    if (this.counts.size > 0) this.counts.clear();
    // A loop: for so few a call costs more.
    for (let id = 0; id < this.#targets.length; id++) {
      this.#targets[id] = undefined;
      this.#ordinals[id] = 0;
    }
    if (this.#taken.size > 0) this.#taken.clear();
    return findings;
  }

  /** Decimals are written with a point. */
  get hasPointMark(): boolean {
    return this.#options.decimalMark !== ',';
  }

  targetOf(scope: Scope<P>): Fields | undefined {
    return this.#targets[scope.id];
  }

  /** Moves a scope to an object, and the entries in it to theirs. */
  enter(scope: Scope<P>, target: Fields | undefined, ordinal: number): void {
    this.#targets[scope.id] = target;
    this.#ordinals[scope.id] = ordinal;
    for (const child of this.#entries[scope.id]!) this.#takeEntry(child);
  }

  /** An entry of a list that stands in the enclosing loop itself: the first that nothing else has written. */
  #takeEntry(scope: Scope<P>): void {
    this.#targets[scope.id] = undefined;
    if (scope.writes)
      for (const [index, entry] of this.entriesOf(scope).entries()) {
        if (this.#taken.has(entry) || this.#isForEarlierLoop(scope, entry)) continue;
        this.#targets[scope.id] = entry;
        if (this.holds(scope.when, scope)) {
          this.enter(scope, entry, index + 1);
          this.#taken.add(entry);
          return;
        }
        this.#targets[scope.id] = undefined;
      }
    for (const child of this.#entries[scope.id]!) this.#takeEntry(child);
  }

  /** True when a loop over the same list that stands earlier in the map will write the entry. */
  #isForEarlierLoop(scope: Scope<P>, entry: Fields): boolean {
    const siblings = scope.parent?.children ?? [];
    return siblings.some(
      (other) =>
        other.position < scope.position &&
        !other.entry &&
        other.writes &&
        other.path !== undefined &&
        this.entriesOf(other).includes(entry) &&
        this.accepts(other, entry),
    );
  }

  /** Calls `write` for each object of a loop that is to be written, in order; the scope stands at it. */
  forEach(scope: Scope<P>, write: (target: Fields, ordinal: number) => void): void {
    const entries = this.entriesOf(scope);
    let written = 0;
    for (const [index, entry] of entries.entries()) {
      if (scope.list && this.#taken.has(entry)) continue;
      this.#targets[scope.id] = entry;
      this.#ordinals[scope.id] = index + 1;
      if (!this.holds(scope.when, scope)) continue;
      if (scope.limit !== undefined && written === scope.limit) {
        this.report(
          'MAP_CUT',
          'warning',
          `only ${scope.limit} of ${entries.length} entries are written`,
          scope,
        );
        break;
      }
      if (scope.list) this.#taken.add(entry);
      write(entry, index + 1);
      written++;
    }
    if (scope.requiredWrite && written === 0)
      this.report('MAP_REQUIRED', 'error', `${scope.path?.text ?? ''} is required`, scope);
  }

  /** The objects at a loop's path. */
  entriesOf(scope: Scope<P>): Fields[] {
    const { path, parent, steps } = scope;
    const holder = path && parent ? this.#holderOf(path, parent) : undefined;
    if (steps.length === 1 && steps[0]!.select === undefined) {
      const value = holder?.[steps[0]!.key];
      return Array.isArray(value) ? (value as Fields[]) : isFields(value) ? [value] : [];
    }
    return collectAt(holder, steps).filter(isFields);
  }

  /** Whether the scope's own condition holds for an object. */
  accepts(scope: Scope<P>, target: Fields): boolean {
    this.#targets[scope.id] = target;
    return this.holds(scope.when, scope);
  }

  holds(when: When<P> | undefined, scope: Scope<P>): boolean {
    if (!when) return true;
    return when.paths.every(({ path, test, size }) => {
      const values = collectAt(this.#holderOf(path, scope), path.steps).map((value) =>
        String(value as Scalar),
      );
      return satisfies(test, size ? [String(values.length)] : values);
    });
  }

  /** The texts that a field writes. `inner`: the value of the first entry of a loop inside. */
  textsOf(field: Field<P>, scope: Scope<P>, inner: boolean): FieldTexts {
    this.#field = field;
    if (field.when && !this.holds(field.when, scope)) return NOTHING;
    if (isSingle(field) && !inner) return this.#singleText(field, scope);
    const texts: string[] = [];
    let extra = '';
    for (const value of inner ? this.#innerValues(field, scope) : this.#valuesOf(field, scope)) {
      const text = this.#textOf(field, value, scope);
      if (text === undefined) continue;
      this.spelling.cut(field, text, texts);
      if (field.conversion.writeExtra) extra = this.#companion(field, value as Scalar, scope);
    }
    if (texts.length === 0 && !inner) this.#spare(field, scope, texts);
    return { texts, extra };
  }

  /** The common case: one value of the scope's own target. */
  #singleText(field: Field<P>, scope: Scope<P>): FieldTexts {
    const value = getAt(this.#targets[scope.id], field.path!.steps);
    const text = value === undefined ? undefined : this.#textOf(field, value, scope);
    if (text !== undefined) return { texts: [text], extra: '' };
    if (field.defaultWrite === undefined && !field.requiredWrite) return NOTHING;
    const texts: string[] = [];
    this.#spare(field, scope, texts);
    return { texts, extra: '' };
  }

  /** The text of a cell that is one value, already looked up; '' when there is none. */
  textOfValue(field: Field<P>, value: unknown, scope: Scope<P>): string {
    this.#field = field;
    if (field.when && !this.holds(field.when, scope)) return '';
    const text = value === undefined ? undefined : this.#textOf(field, value, scope);
    if (text === undefined) {
      if (field.defaultWrite === undefined && !field.requiredWrite) return '';
      const texts: string[] = [];
      this.#spare(field, scope, texts);
      return texts[0] ?? '';
    }
    if (field.width === undefined || this.spelling.fits(text, field.width)) return text;
    const texts: string[] = [];
    this.spelling.cut(field, text, texts);
    return texts[0] ?? '';
  }

  /** The pieces of each value of a list, filled up so that the next value begins in a new segment. */
  piecesApart(field: Field<P>, scope: Scope<P>, room: number): string[] {
    this.#field = field;
    return this.#valuesOf(field, scope).flatMap((value) => {
      const pieces: string[] = [];
      const text = this.#textOf(field, value, scope);
      if (text !== undefined) this.spelling.cut(field, text, pieces);
      while (pieces.length % room !== 0) pieces.push('');
      return pieces;
    });
  }

  #textOf(field: Field<P>, value: unknown, scope: Scope<P>): string | undefined {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      return undefined;
    const factor = field.factor ? this.#get(field.factor.path, scope) : undefined;
    const text = express(
      field,
      value,
      field.until ? this.#until(field, scope) : '',
      this.reportField,
      factor,
    );
    const mark = this.#options.decimalMark;
    if (text !== undefined && mark === ',' && field.target === 'decimal')
      return text.replace(/\.(?=\d)/, mark);
    return text === undefined ? undefined : this.spelling.withoutEnds(text);
  }

  #until(field: Field<P>, scope: Scope<P>): string {
    const end = field.until ? this.#get(field.until, scope) : undefined;
    return typeof end === 'string' ? end : '';
  }

  #companion(field: Field<P>, value: Scalar, scope: Scope<P>): string {
    const extra = field.conversion.writeExtra?.(value) ?? '';
    if (field.conversion.readEnd) return this.#until(field, scope) === '' ? extra : periodOf(extra);
    return field.time ? extra : '';
  }

  #valuesOf(field: Field<P>, scope: Scope<P>): unknown[] {
    const { path } = field;
    if (!path) return this.#computed(field, scope);
    const index = path.steps.at(-1)?.index;
    if (index !== undefined) {
      const list = getAt(this.#holderOf(path, scope), path.steps);
      return Array.isArray(list) && list.length > index ? [list[index]] : [];
    }
    if (field.list || field.selectStep >= 0) return collectAt(this.#holderOf(path, scope), path.steps);
    const value = this.#get(path, scope);
    if (field.derive && (value === undefined || value === 'unstated'))
      return [deriveValue(field.derive, (of) => this.#holderOf(of, scope))];
    if (value === undefined) return this.#computed(field, scope);
    if (field.inherit && value === getAt(this.document, field.inherit.steps)) return [];
    return [value];
  }

  #innerValues(field: Field<P>, scope: Scope<P>): unknown[] {
    const first = this.entriesOf(scope).find(
      (entry) => !this.#taken.has(entry) && this.accepts(scope, entry),
    );
    return first && field.path ? collectAt(first, field.path.steps).slice(0, 1) : [];
  }

  /** `count:`, `sum:`, `context:`. */
  #computed({ count, sum, context }: Field<P>, scope: Scope<P>): unknown[] {
    if (sum) {
      const values = collectAt(this.#holderOf(sum, scope), sum.steps);
      // Where nothing states a value, the total is not known: it is not zero.
      return values.length === 0 ? [] : [addDecimals(values)];
    }
    if (count && 'segmentId' in count) return [String(this.counts.get(count.segmentId) ?? 0)];
    if (count) return [computeTotal('count', count.path, this.#holderOf(count.path, scope))];
    if (context === undefined) return [];
    const value = this.#options.context?.[context];
    if (value === undefined) this.reportField('MAP_REQUIRED', 'error', `the caller gives no "${context}"`);
    return value === undefined ? [] : [value];
  }

  /** `default: { write: … }` and `required:`. */
  #spare(field: Field<P>, scope: Scope<P>, texts: string[]): void {
    const { defaultWrite } = field;
    if (!this.#targets[scope.id]) return;
    if (defaultWrite !== undefined)
      texts.push(defaultWrite === '#' ? String(this.#ordinals[scope.id]) : defaultWrite);
    else if (field.requiredWrite)
      this.reportField('MAP_REQUIRED', 'error', `${field.path?.text ?? ''} is required`);
  }

  #get(path: DocumentPath, scope: Scope<P>): unknown {
    return getAt(this.#holderOf(path, scope), path.steps);
  }

  #holderOf(path: DocumentPath, scope: Scope<P>): Fields | undefined {
    if (path.absolute) return this.document;
    if (path.up === 0) return this.#targets[scope.id];
    let at: Scope<P> | undefined = scope;
    for (let up = path.up; up > 0 && at; up--) {
      while (at && !at.path) at = at.parent;
      at = at?.parent;
    }
    return at ? this.#targets[at.id] : this.document;
  }

  /** Reports trouble with the field that is being written. */
  readonly reportField: WriteReport = (code, severity, message, actual, expected) =>
    this.report(code, severity, message, this.#field?.scope, this.#field, actual, expected);

  /** How texts will stand in the file. */
  readonly spelling = new Spelling(this.reportField);

  report(
    code: string,
    severity: 'error' | 'warning',
    message: string,
    scope: Scope<P> | undefined,
    field?: Field<P>,
    actual?: string,
    expected?: string,
  ): void {
    const path = [scope ? this.#pathText(scope) : '', field?.path?.text ?? '']
      .filter((part) => part !== '')
      .join('.');
    const at = field?.places[0]?.text ?? scope?.place?.text ?? '';
    this.findings.push({
      code,
      severity,
      message: `${[path, at].filter((part) => part !== '').join(' → ')}: ${message}`,
      place: { path },
      ...(actual === undefined ? {} : { actual }),
      ...(expected === undefined ? {} : { expected }),
    });
  }

  #pathText(scope: Scope<P>): string {
    const { parent, path } = scope;
    if (!parent) return '';
    const outside = path?.absolute === true ? '' : this.#pathText(parent);
    if (!path) return outside;
    const keys = scope.steps.map((step) => step.key).join('.');
    const index = scope.list ? `[${Math.max(0, this.#ordinals[scope.id]! - 1)}]` : '';
    return `${outside === '' ? '' : `${outside}.`}${keys}${index}`;
  }
}
