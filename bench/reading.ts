import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InvariantError, invariant } from '../src/common/invariant.ts';
import type { Document } from '../src/documents/document.ts';
import { findGrammar, validateTransaction } from '../src/edi/grammar/index.ts';
import type { Grammar } from '../src/edi/grammar/index.ts';
import type { Transaction } from '../src/edi/index.ts';
import { compileMap, loadMap, readTransaction } from '../src/maps/index.ts';
import type { ReadOptions, SegmentMap } from '../src/maps/index.ts';
import type { MessageKind } from './generate-edi.ts';

const FOLDER = path.resolve(import.meta.dirname, '..', 'maps');

function readMapFile(name: string): string | undefined {
  const candidates = [`${name}.map.yaml`, `${name}.yaml`].map((file) => path.join(FOLDER, file));
  const found = candidates.find((file) => existsSync(file));
  return found === undefined ? undefined : readFileSync(found, 'utf8');
}

/** Grammar and standard map of one kind of message. */
export class MessageReading {
  readonly grammar: Grammar;
  readonly map: SegmentMap;

  constructor(kind: MessageKind) {
    const release = kind.standard === 'x12' ? '004010' : kind.header.release!;
    const grammar = findGrammar(kind.standard, kind.header.type, release, {
      ...(kind.header.implementation === undefined ? {} : { implementation: kind.header.implementation }),
    });
    invariant(grammar !== undefined, `No grammar for ${kind.header.type}`);
    this.grammar = grammar;
    const loaded = loadMap(kind.map, readMapFile);
    invariant(loaded.map !== undefined, `Map ${kind.map}: ${JSON.stringify(loaded.findings)}`);
    const { map, findings } = compileMap(loaded.map, grammar);
    invariant(map !== undefined && 'plan' in map, `Map ${kind.map}: ${JSON.stringify(findings)}`);
    this.map = map;
  }

  validate(transaction: Transaction): number {
    return validateTransaction(transaction, this.grammar).findings.length;
  }

  /** The canonical document; the benchmark's own messages are free of findings. */
  read(transaction: Transaction, options: ReadOptions = {}): Document {
    const { structure, findings } = validateTransaction(transaction, this.grammar);
    const trouble = findings[0];
    // Only then is it put into words: for each transaction that would be on the account of what is measured.
    if (structure === undefined || trouble) return fail('Not valid', trouble);
    const reading = readTransaction(this.map, transaction, structure, options);
    return reading.document ?? fail('No document', reading.findings[0]);
  }
}

function fail(what: string, finding: unknown): never {
  throw new InvariantError(`${what}: ${JSON.stringify(finding)}`);
}
