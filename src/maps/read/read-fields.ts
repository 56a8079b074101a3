import { satisfies } from '../compile/when-test.ts';
import type { Field, Place, Scalar, Scope, When } from '../compile/model.ts';
import { ensureAt } from '../document-path.ts';
import { assign, assignedPath } from './assign.ts';
import { divideEntries } from './divide-entries.ts';
import { Frame, loopFrame } from './frame.ts';
import { computeTotal, finish, needsFinish, sameNumber } from './instance.ts';
import type { TraceEntry } from './trace.ts';
import { understand, type Report } from './understand.ts';

/** A text found at a place, with what a finding or the trace says of it. */
export interface FoundText<Where> {
  text: string;
  where: Where;
}

/**
 * Where a frame of an XML or CSV message stands, and how its places are found there. `Node` is an element or the rows of a
 * document; `Where` is what a finding points at.
 */
export interface MessageSource<P extends Place, Node, Where> {
  texts(place: P, node: Node): FoundText<Where>[];
  /** Nodes of a loop inside the node. */
  nodes(scope: Scope<P>, node: Node): Node[];
  whereOf(node: Node): Where;
  report(where: Where): Report;
  trace(where: Where): Partial<TraceEntry>;
  /** Rules do not take these. */
  ignore(scope: Scope<P>, node: Node): void;
}

/** The field that every amount of a document is in. */
const DOCUMENT_CURRENCY = '/currency';

/** Reads the rules of XML and CSV maps: places are looked up, not passed by. */
export class FieldReader<P extends Place, Node, Where> {
  readonly trace: TraceEntry[] | undefined;
  readonly #source: MessageSource<P, Node, Where>;
  readonly #nodes = new Map<Frame<P>, Node>();
  readonly #unfinished: Frame<P>[] = [];
  readonly #dividing: Frame<P>[] = [];
  readonly #totals: { field: Field<P>; stated: string; frame: Frame<P>; where: Where }[] = [];

  constructor(source: MessageSource<P, Node, Where>, withTrace: boolean) {
    this.#source = source;
    this.trace = withTrace ? [] : undefined;
  }

  /** Reads the whole message into `frame`, the root's. */
  read(frame: Frame<P>, node: Node): void {
    this.#open(frame, node);
    if (this.#dividing.length > 0) divideEntries(this.#dividing, this.trace ?? []);
    finish(this.#unfinished, (at, ...trouble) => {
      const place = this.#nodes.get(at);
      if (place !== undefined) this.#source.report(this.#source.whereOf(place))(...trouble);
    });
    for (const { field, stated, frame: at, where } of this.#totals) {
      const computed = totalOf(field, at);
      if (computed === undefined || sameNumber(stated, computed)) continue;
      const code = field.count ? 'MAP_COUNT_DIFFERS' : 'MAP_SUM_DIFFERS';
      this.#source.report(where)(
        code,
        'warning',
        `${stated} is stated, but it is ${computed}`,
        stated,
        computed,
      );
    }
  }

  #open(frame: Frame<P>, node: Node): void {
    const { scope } = frame;
    this.#nodes.set(frame, node);
    if (needsFinish(scope)) this.#unfinished.push(frame);
    this.#source.ignore(scope, node);
    for (const field of scope.fields) if (field.reads) this.#readField(field, frame);
    for (const child of scope.children) if (child.reads) this.#readChild(child, frame, node);
  }

  #readChild(child: Scope<P>, parent: Frame<P>, node: Node): void {
    if (child.entry) {
      const frame = new Frame(child, parent, 0);
      this.#nodes.set(frame, node);
      if (!child.when || this.holds(child.when, frame)) this.#open(frame, node);
      return;
    }
    for (const inner of this.#source.nodes(child, node)) {
      const frame = new Frame(child, parent, 0);
      this.#nodes.set(frame, inner);
      if (child.when && !this.holds(child.when, frame)) continue;
      if (child.list) frame.ensure();
      if (child.divides) this.#dividing.push(frame);
      this.#open(frame, inner);
      if (child.path && !child.list) return;
    }
  }

  #readField(field: Field<P>, frame: Frame<P>): void {
    if (field.when && !this.holds(field.when, frame)) return;
    for (const place of field.places) {
      const found = this.#textsAt(place, frame);
      if (found.length === 0) continue;
      if (!field.path) this.#readWithoutField(field, frame, found[0]!);
      else if (!this.#store(field, frame, place, found)) continue;
      if (!field.list) return;
    }
  }

  #readWithoutField(field: Field<P>, frame: Frame<P>, { text, where }: FoundText<Where>): void {
    if (field.constant !== undefined && text !== field.constant)
      this.#source.report(where)(
        'MAP_UNEXPECTED_VALUE',
        'warning',
        `"${text}" instead of the agreed "${field.constant}"`,
        text,
        field.constant,
      );
    if (field.count || field.sum) this.#totals.push({ field, stated: text, frame, where });
  }

  #store(field: Field<P>, frame: Frame<P>, place: P, found: readonly FoundText<Where>[]): boolean {
    const { join } = field;
    const texts =
      join !== undefined
        ? joined(found, join, field.list)
        : field.list || field.selectStep >= 0
          ? found
          : found.slice(0, 1);
    let stored = false;
    for (const { text, where } of texts) {
      const extra = field.time ? (this.#textsAt(field.time, frame)[0]?.text ?? '') : '';
      const value = understand(
        field,
        text,
        extra,
        this.#source.report(where),
        (other) => this.#textsAt(other, frame)[0]?.text ?? '',
      );
      if (value === undefined) continue;
      if (!assign(field, frame.holder(field.path!), value, false)) {
        this.#reportOtherCurrency(field, frame, value, where);
        continue;
      }
      stored = true;
      this.#storeEnd(field, frame, text, extra);
      this.#addTrace(field, frame, place, text, where);
    }
    return stored;
  }

  /** All amounts of a document are in its one currency: one in another would be taken for as many of that. */
  #reportOtherCurrency(field: Field<P>, frame: Frame<P>, value: Scalar, where: Where): void {
    if (field.path!.text !== DOCUMENT_CURRENCY) return;
    const first = frame.holder(field.path!)['currency'];
    if (first === value) return;
    this.#source.report(where)(
      'MAP_CURRENCIES_DIFFER',
      'error',
      `the amount is in ${String(value)}, the document in ${String(first)}`,
      String(value),
      String(first),
    );
  }

  #storeEnd(field: Field<P>, frame: Frame<P>, text: string, extra: string): void {
    const end = field.until && field.conversion.readEnd?.(text, extra);
    if (end === undefined || !field.until) return;
    const { steps } = field.until;
    ensureAt(frame.holder(field.until), steps, steps.length - 1)[steps.at(-1)!.key] = end;
  }

  #addTrace(field: Field<P>, frame: Frame<P>, place: P, text: string, where: Where): void {
    if (!this.trace) return;
    this.trace.push({
      path: assignedPath(field, frame),
      rule: field.origin,
      at: place.text,
      text,
      ...this.#source.trace(where),
    });
  }

  /** Whether a condition holds for a node that is not being read. */
  holdsAt(when: When<P>, frame: Frame<P>, node: Node): boolean {
    this.#nodes.set(frame, node);
    return this.holds(when, frame);
  }

  holds(when: When<P>, frame: Frame<P>): boolean {
    return when.places.every(({ place, test }) =>
      satisfies(
        test,
        this.#textsAt(place, frame, true).map(({ text }) => text),
      ),
    );
  }

  #textsAt(place: P, frame: Frame<P>, evenEmpty = false): FoundText<Where>[] {
    let at: Frame<P> | undefined = frame;
    for (let up = place.up; up > 0; up--) at = loopFrame(at)?.parent;
    if (place.up > 0) at = loopFrame(at);
    const node = at && this.#nodes.get(at);
    if (node === undefined) return [];
    const found = this.#source.texts(place, node);
    return evenEmpty ? found : found.filter(({ text }) => text !== '');
  }
}

/** The computed number of a `count:` or `sum:` without a field. */
function totalOf<P extends Place>({ count, sum }: Field<P>, frame: Frame<P>): string | undefined {
  if (sum) return computeTotal('sum', sum, frame.existingHolder(sum));
  return count && 'path' in count
    ? computeTotal('count', count.path, frame.existingHolder(count.path))
    : undefined;
}

/** The pieces of one text; for a list, the texts that one element holds together. */
function joined<Where>(
  found: readonly FoundText<Where>[],
  join: string,
  list: boolean,
): readonly FoundText<Where>[] {
  if (!list) return [{ text: found.map(({ text }) => text).join(join), where: found[0]!.where }];
  return found.flatMap(({ text, where }) =>
    (join === '' ? [text] : text.split(join)).flatMap((piece) =>
      piece.trim() === '' ? [] : [{ text: piece.trim(), where }],
    ),
  );
}
