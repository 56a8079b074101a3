import { MemorySource } from '../bytes/byte-source.ts';
import type { ByteSource } from '../bytes/byte-source.ts';
import { KNOWN_OIDS } from './algorithms.ts';

/** Bytes that are no BER, or more of it than is taken. */
export class BerError extends Error {
  override readonly name = 'BerError';
}

const MAX_DEPTH = 40;
/** Elements that may be walked over: 1 GB in chunks of 1,000 bytes is a million, and a small message has no more than this. */
const MAX_ELEMENTS = 20_000_000;
const FEW_ELEMENTS = 100_000;
const BYTES_PER_ELEMENT = 8;
/** Largest element that is read into memory as a whole; content of any size is read in segments. */
const MAX_VALUE_BYTES = 1024 * 1024;

interface Walk {
  readonly source: ByteSource;
  /** How many more may be walked over. */
  elementsLeft: number;
}

/**
 * One element of BER (X.690) somewhere in a source: definite or indefinite length. Nothing is read ahead: an element of
 * indefinite length is walked over only when its end is asked for.
 */
export class BerElement {
  /** Identifier octet: class, constructed bit and number. */
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly #walk: Walk;
  /** Where the parent ends at the latest. */
  readonly #limit: number;
  readonly #depth: number;
  /** Undefined for indefinite length. */
  readonly #length: number | undefined;
  #end: number | undefined;

  constructor(walk: Walk, start: number, limit: number, depth: number) {
    if (walk.elementsLeft-- === 0) throw new BerError('Too many elements');
    if (depth > MAX_DEPTH) throw new BerError('Elements are nested too deeply');
    if (start + 2 > limit) throw new BerError(`Element at ${start} is cut off`);
    const tag = walk.source.octet(start);
    if ((tag & 0x1f) === 0x1f) throw new BerError(`Tag of more than one octet at ${start}`);
    const first = walk.source.octet(start + 1);
    this.#walk = walk;
    this.#limit = limit;
    this.#depth = depth;
    this.tag = tag;
    this.start = start;
    if (first === 0x80) {
      if ((tag & 0x20) === 0) throw new BerError(`Primitive element of indefinite length at ${start}`);
      this.contentStart = start + 2;
      return;
    }
    const octets = first < 0x80 ? 0 : first & 0x7f;
    if (octets > 8 || start + 2 + octets > limit)
      throw new BerError(`Length at ${start} is cut off or too large`);
    let length = first < 0x80 ? first : 0;
    for (let i = 0; i < octets; i++) length = length * 256 + walk.source.octet(start + 2 + i);
    this.contentStart = start + 2 + octets;
    if (length > limit - this.contentStart) throw new BerError(`Element at ${start} is cut off`);
    this.#length = length;
  }

  get constructed(): boolean {
    return (this.tag & 0x20) !== 0;
  }

  /** Behind the last octet of the content. */
  get contentEnd(): number {
    return this.#length === undefined ? this.end - 2 : this.contentStart + this.#length;
  }

  /** Behind the element, its end-of-contents octets included. */
  get end(): number {
    if (this.#length !== undefined) return this.contentStart + this.#length;
    if (this.#end === undefined) {
      let at = this.contentStart;
      for (const child of this.children()) at = child.end;
      this.#end = at + 2;
    }
    return this.#end;
  }

  *children(): Generator<BerElement> {
    for (let child = this.childBehind(undefined); child !== undefined; child = this.childBehind(child))
      yield child;
  }

  /** The element inside that follows another one; the first one behind none. Undefined at the end. */
  childBehind(child: BerElement | undefined): BerElement | undefined {
    if (!this.constructed) throw new BerError(`Element at ${this.start} has no elements inside`);
    const at = child === undefined ? this.contentStart : child.end;
    if (this.#length === undefined)
      return this.#endsAt(at) ? undefined : new BerElement(this.#walk, at, this.#limit, this.#depth + 1);
    const limit = this.contentStart + this.#length;
    return at < limit ? new BerElement(this.#walk, at, limit, this.#depth + 1) : undefined;
  }

  #endsAt(at: number): boolean {
    if (at + 2 > this.#limit) throw new BerError(`Element at ${this.start} has no end`);
    const { source } = this.#walk;
    return source.octet(at) === 0 && source.octet(at + 1) === 0;
  }

  /** Where the octets of a string lie: one range, or one for each segment of a constructed one (X.690 8.7.3). */
  *segments(): Generator<readonly [start: number, end: number]> {
    if (!this.constructed) yield [this.contentStart, this.contentEnd];
    else
      for (const child of this.children()) {
        if ((child.tag & ~0x20) !== 0x04) throw new BerError(`Segment at ${child.start} is no OCTET STRING`);
        yield* child.segments();
      }
  }

  /** Octets of a string, however it is cut. */
  octets(): Buffer {
    if (!this.constructed) return this.contentOctets();
    const parts: Buffer[] = [];
    let length = 0;
    for (const [start, end] of this.segments()) {
      length += end - start;
      if (length > MAX_VALUE_BYTES) throw new BerError(`Value at ${this.start} is too large`);
      parts.push(this.#walk.source.read(start, end));
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /** Content octets as they stand. */
  contentOctets(): Buffer {
    return this.#read(this.contentStart, this.contentEnd);
  }

  /** The whole element as it stands. */
  encoding(): Buffer {
    return this.#read(this.start, this.end);
  }

  #read(start: number, end: number): Buffer {
    if (end - start > MAX_VALUE_BYTES) throw new BerError(`Element at ${this.start} is too large`);
    return this.#walk.source.read(start, end);
  }

  /** Of an OBJECT IDENTIFIER, dotted. */
  oid(): string {
    const octets = this.expect(0x06).contentOctets();
    const known = KNOWN_OIDS.get(octets.toString('latin1'));
    if (known !== undefined) return known;
    if (octets.length === 0 || octets.length > 64) throw new BerError(`Object identifier at ${this.start}`);
    const arcs: number[] = [];
    let arc = 0;
    for (const octet of octets) {
      arc = arc * 128 + (octet & 0x7f);
      if (arc > Number.MAX_SAFE_INTEGER / 128) throw new BerError(`Object identifier at ${this.start}`);
      if (octet < 0x80) {
        if (arcs.length === 0)
          arcs.push(Math.min(Math.floor(arc / 40), 2), arc - Math.min(Math.floor(arc / 40), 2) * 40);
        else arcs.push(arc);
        arc = 0;
      }
    }
    return arcs.join('.');
  }

  /** Of a small INTEGER. */
  smallInteger(): number {
    const octets = this.expect(0x02).contentOctets();
    if (octets.length === 0 || octets.length > 6) throw new BerError(`Integer at ${this.start}`);
    return octets.readIntBE(0, octets.length);
  }

  /** This element, if it has that tag. */
  expect(tag: number): this {
    if (this.tag !== tag)
      throw new BerError(`Tag ${this.tag.toString(16)} at ${this.start} where ${tag.toString(16)} belongs`);
    return this;
  }
}

/** The element that a source begins with. */
export function readBer(source: ByteSource | Uint8Array, start = 0, end = source.length): BerElement {
  const elementsLeft = Math.min(MAX_ELEMENTS, FEW_ELEMENTS + Math.ceil((end - start) / BYTES_PER_ELEMENT));
  const walk = { source: source instanceof Uint8Array ? new MemorySource(source) : source, elementsLeft };
  return new BerElement(walk, start, end, 0);
}

/** Takes the elements of a SEQUENCE or SET one by one; looks at none before it is asked for. */
export class BerFields {
  readonly #parent: BerElement;
  #last: BerElement | undefined;
  #next: BerElement | undefined;

  constructor(parent: BerElement, tag: number) {
    this.#parent = parent.expect(tag);
  }

  #peek(): BerElement | undefined {
    this.#next ??= this.#parent.childBehind(this.#last);
    return this.#next;
  }

  /** The next element, which must have that tag. */
  take(tag: number): BerElement {
    return this.takeAny().expect(tag);
  }

  takeAny(): BerElement {
    const element = this.#peek();
    if (element === undefined)
      throw new BerError(`An element is missing at the end of the one at ${this.#parent.start}`);
    this.#last = element;
    this.#next = undefined;
    return element;
  }

  /** The next element if it has one of those tags. */
  takeIf(...tags: readonly number[]): BerElement | undefined {
    const element = this.#peek();
    return element !== undefined && tags.includes(element.tag) ? this.takeAny() : undefined;
  }

  /** Everything that is left. */
  *rest(): Generator<BerElement> {
    while (this.#peek() !== undefined) yield this.takeAny();
  }
}
