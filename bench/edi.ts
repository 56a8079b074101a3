import { invariant } from '../src/common/invariant.ts';
import type { Document } from '../src/documents/document.ts';
import { parseFile, scanFile } from '../src/edi/index.ts';
import type { EdiVisitor, ParsedFile, Transaction } from '../src/edi/index.ts';
import { writeSegments } from '../src/maps/index.ts';
import {
  INVOIC,
  ORDERS,
  PURCHASE_ORDER,
  controlNumber,
  generateInterchange,
  startInterchange,
} from './generate-edi.ts';
import type { MessageKind } from './generate-edi.ts';
import { measure } from './measure.ts';
import type { Contender } from './measure.ts';
import { measureMemory } from './memory.ts';
import { parseWithEdifact, parseWithNodeX12 } from './peers.ts';
import { MessageReading } from './reading.ts';
import type { Figure } from './report.ts';

const SUITE = 'edi';
const MB = 1_000_000;

interface Case {
  name: string;
  kind: MessageKind;
  lines: number;
  /** Size of one file, and how many there are. */
  bytes: number;
  files: number;
}

const CASES: readonly Case[] = [
  { name: '850, 50 lines, 1 MB', kind: PURCHASE_ORDER, lines: 50, bytes: MB, files: 1 },
  { name: '850, 50 lines, 20 MB', kind: PURCHASE_ORDER, lines: 50, bytes: 20 * MB, files: 1 },
  { name: '850, 5 lines, 1 MB', kind: PURCHASE_ORDER, lines: 5, bytes: MB, files: 1 },
  { name: '850, 500 lines, 1 MB', kind: PURCHASE_ORDER, lines: 500, bytes: MB, files: 1 },
  { name: '850, 10,000 files of 1 KB', kind: PURCHASE_ORDER, lines: 5, bytes: 1000, files: 10_000 },
  { name: 'ORDERS, 50 lines, 1 MB', kind: ORDERS, lines: 50, bytes: MB, files: 1 },
  { name: 'ORDERS, 50 lines, 20 MB', kind: ORDERS, lines: 50, bytes: 20 * MB, files: 1 },
  { name: 'INVOIC, 50 lines, 1 MB', kind: INVOIC, lines: 50, bytes: MB, files: 1 },
];

/** Largest file that the slow peers get. */
const PEER_BYTES = 2 * MB;

function transactionsOf(file: ParsedFile): Transaction[] {
  return file.interchanges.flatMap(({ groups }) => groups.flatMap(({ transactions }) => transactions));
}

/** Every component of every element as a string; returns their length, so that nothing can be left out. */
function readEverything({ segments }: Transaction): number {
  let characters = 0;
  for (let s = 0; s < segments.length; s++) {
    const elements = segments.elementCount(s);
    for (let e = 1; e <= elements; e++) {
      const components = segments.componentCount(s, e);
      for (let c = 1; c <= components; c++) characters += segments.value(s, e, c).length;
    }
  }
  return characters;
}

/** Results go here, so that no work is optimised away. */
const sink = { value: 0 };

/** Files of a case, and what they mean; nothing stays in memory that a measurement does not need. */
class CaseRun {
  readonly #case: Case;
  readonly #reading: MessageReading;
  readonly #files: readonly Uint8Array[];

  constructor(one: Case) {
    this.#case = one;
    this.#reading = new MessageReading(one.kind);
    this.#files = Array.from({ length: one.files }, (_, i) =>
      generateInterchange(one.kind, one.lines, one.bytes, i + 1),
    );
  }

  #documentsOf(bytes: Uint8Array): Document[] {
    const file = parseFile(bytes);
    const findings = [...file.findings, ...file.interchanges.flatMap((interchange) => interchange.findings)];
    invariant(findings.length === 0, `Not clean: ${JSON.stringify(findings[0])}`);
    return transactionsOf(file).map((transaction) => this.#reading.read(transaction));
  }

  /** One transaction after the other, each gone before the next. */
  #each(name: string, work: (transaction: Transaction) => number | Document): Contender {
    const visitor: EdiVisitor = {
      transaction: (_interchange, _group, transaction) => {
        const result = work(transaction);
        sink.value += typeof result === 'number' ? result : 1;
      },
    };
    return {
      name,
      run: () => {
        for (const bytes of this.#files) scanFile(bytes, visitor);
      },
    };
  }

  #readers(): Contender[] {
    return [
      this.#each('parse', ({ segments }) => segments.length),
      {
        name: 'parse, all kept',
        run: () => {
          for (const bytes of this.#files) sink.value += parseFile(bytes).interchanges.length;
        },
      },
      this.#each('parse+read all', readEverything),
      this.#each('parse+validate', (transaction) => this.#reading.validate(transaction)),
      this.#each('parse+validate+map', (transaction) => this.#reading.read(transaction)),
      // What the gateway does: it keeps where each field came from.
      this.#each('parse+validate+map+trace', (transaction) =>
        this.#reading.read(transaction, { trace: true }),
      ),
    ];
  }

  #otherReaders(): Contender[] {
    const { bytes, kind } = this.#case;
    const json = this.#files.map((file) => JSON.stringify(this.#documentsOf(file)));
    const others: Contender[] = [
      {
        name: 'JSON.parse',
        run: () => {
          for (const text of json) sink.value += (JSON.parse(text) as unknown[]).length;
        },
      },
    ];
    if (bytes > PEER_BYTES) return others;
    const texts = this.#files.map((file) => new TextDecoder('latin1').decode(file));
    const [name, parse] =
      kind.standard === 'x12' ? ['node-x12', parseWithNodeX12] : ['edifact', parseWithEdifact];
    const run = (): void => {
      for (const text of texts) sink.value += parse(text);
    };
    return [...others, { name, run }];
  }

  #write(documents: readonly Document[]): Uint8Array {
    const { kind } = this.#case;
    const writer = startInterchange(kind);
    documents.forEach((document, i) => {
      writer.startTransaction({ ...kind.header, controlNumber: controlNumber(kind, i + 1) });
      writeSegments(this.#reading.map, document, writer.segments);
      writer.endTransaction();
    });
    if (kind.standard === 'x12') writer.endGroup();
    return writer.finish().bytes;
  }

  *#measure(works: readonly Contender[], others: readonly Contender[]): Generator<Figure> {
    const times = measure([...works, ...others]);
    const { files, name } = this.#case;
    const size = this.#files.reduce((sum, bytes) => sum + bytes.length, 0);
    for (const work of works) {
      const time = times.get(work.name)!;
      yield {
        suite: SUITE,
        case: name,
        work: work.name,
        value: files > 1 ? (files * 1e6) / time : size / time,
        unit: files > 1 ? 'files/s' : 'MB/s',
        ratios: Object.fromEntries(others.map((other) => [other.name, times.get(other.name)! / time])),
      };
    }
  }

  *read(): Generator<Figure> {
    // A gateway always holds some document. Without any the collection before each round would throw away the shapes of
    // documents, and with them the machine code for them: the round would measure the compiler.
    const alive = this.#documentsOf(this.#files[0]!);
    yield* this.#measure(this.#readers(), this.#otherReaders());
    sink.value += alive.length;
  }

  *write(): Generator<Figure> {
    const documents = this.#files.map((file) => this.#documentsOf(file));
    const write: Contender = {
      name: 'write',
      run: () => {
        for (const list of documents) sink.value += this.#write(list).length;
      },
    };
    const stringify: Contender = {
      name: 'JSON.stringify',
      run: () => {
        for (const list of documents) sink.value += JSON.stringify(list).length;
      },
    };
    yield* this.#measure([write], [stringify]);
  }
}

/** Speed of the codec, the validator and the maps. */
export function* runEdi(wanted: string): Generator<Figure> {
  for (const one of CASES.filter(({ name }) => name.includes(wanted))) {
    const run = new CaseRun(one);
    yield* run.read();
    yield* run.write();
  }
}

/** Memory of reading large files. */
export function* runMemory(): Generator<Figure> {
  for (const figure of measureMemory()) yield { suite: 'memory', ...figure };
}
