import {
  isAlias,
  isScalar,
  isMap,
  isSeq,
  LineCounter,
  parseDocument,
  type Document as YamlDocument,
  type Node,
} from 'yaml';
import type * as z from 'zod';
import type { Finding } from '../common/finding.ts';
import { findForeignBytes, NOT_UTF8 } from '../common/utf8.ts';
import {
  entryHead,
  fieldRule,
  ignoreRule,
  levelHead,
  loopHead,
  mapHead,
  removeRule,
  tableFile,
  treeHead,
  type CodeTableFile,
  type FieldOptions,
  type MapHead,
} from './map-schema.ts';

/** Where a rule was written. */
export interface Origin {
  map: string;
  line: number;
  column: number;
}

interface ParsedField {
  kind: 'field';
  options: FieldOptions;
  origin: Origin;
}
interface ParsedIgnore {
  kind: 'ignore';
  addresses: readonly string[];
  origin: Origin;
}
interface ParsedRemove {
  kind: 'remove';
  keys: readonly string[];
  origin: Origin;
}
export interface ParsedLoop {
  kind: 'loop';
  options: Omit<z.infer<typeof loopHead>, 'rules'>;
  rules: ParsedRule[];
  origin: Origin;
}
/** `entry:` — fields of the enclosing loop that make up one entry of a list. */
export interface ParsedEntry {
  kind: 'entry';
  options: Omit<z.infer<typeof entryHead>, 'rules'>;
  rules: ParsedRule[];
  origin: Origin;
}
export interface ParsedLevel {
  name: string;
  options: Omit<z.infer<typeof levelHead>, 'rules'>;
  rules: ParsedRule[];
  origin: Origin;
}
export interface ParsedTree {
  kind: 'tree';
  options: Omit<z.infer<typeof treeHead>, 'levels'>;
  levels: ParsedLevel[];
  origin: Origin;
}
export type ParsedRule = ParsedField | ParsedIgnore | ParsedRemove | ParsedLoop | ParsedEntry | ParsedTree;

export interface MapFile {
  head: MapHead;
  rules: ParsedRule[];
}

/** Reads one map file. Findings (MAP_INVALID) carry line and column; with errors, what could be read is still there. */
export function parseMapFile(text: string, file: string): { map: MapFile | undefined; findings: Finding[] } {
  const reader = new Reader(text, file);
  const raw = reader.raw();
  if (reader.findings.length > 0) return { map: undefined, findings: reader.findings };
  const head = reader.check(mapHead, raw, []);
  if (!head) return { map: undefined, findings: reader.findings };
  const { rules, ...rest } = head;
  return { map: { head: rest, rules: reader.rules(rules, ['rules'], head.map) }, findings: reader.findings };
}

/** Reads a code table file, `codes/x12-units.yaml`. */
export function parseCodeTable(
  text: string,
  file: string,
): { table: CodeTableFile | undefined; findings: Finding[] } {
  const reader = new Reader(text, file);
  const raw = reader.raw();
  const table = reader.findings.length > 0 ? undefined : reader.check(tableFile, raw, []);
  return { table, findings: reader.findings };
}

type YamlPath = (string | number)[];

/** Aliases in aliases: more is a mistake, or malice. */
const MAX_ALIAS_DEPTH = 8;

class Reader {
  readonly findings: Finding[] = [];
  readonly document: YamlDocument;
  readonly #lines = new LineCounter();
  readonly #file: string;

  constructor(text: string, file: string) {
    this.#file = file;
    this.document = parseDocument(text, {
      schema: 'failsafe',
      lineCounter: this.#lines,
      prettyErrors: false,
    });
    // The first one: what follows on the same line is what it has led to.
    const [error] = this.document.errors;
    const foreign = findForeignBytes(text);
    if (foreign !== undefined) this.#report(NOT_UTF8, foreign, []);
    else if (error?.code === 'MULTIPLE_DOCS')
      this.#report(
        'a second document begins here ("---"), which is not read: one file is one map',
        error.pos[0],
        [],
      );
    else if (error !== undefined)
      this.#report(`${error.message}: ${this.#quotesHint(text, error.pos[0])}`, error.pos[0], []);
  }

  /** By far the most common mistake is an address or a list without quotes. */
  #quotesHint(text: string, offset: number): string {
    const start = text.lastIndexOf('\n', offset - 1) + 1;
    const line = text.slice(start, (text.indexOf('\n', offset) + 1 || text.length + 1) - 1).trim();
    return `${line.slice(0, 120)} – what contains [ ] { } : or # needs quotes`;
  }

  /** The content as plain data; undefined when the text is not YAML. */
  raw(): unknown {
    return this.findings.length > 0 ? undefined : this.#plain(this.document.contents, MAX_ALIAS_DEPTH);
  }

  /**
   * Text, arrays and objects. A mapping with a key such as `220` becomes a Map, because objects forget the order of such
   * keys and the first code of a value is the one that is written.
   */
  #plain(node: unknown, depth: number): unknown {
    if (depth === 0) return null;
    if (isAlias(node)) return this.#plain(node.resolve(this.document), depth - 1);
    if (isScalar(node)) return node.value === '' && node.type === 'PLAIN' ? null : node.value;
    if (isSeq(node)) return node.items.map((item) => this.#plain(item, depth));
    if (!isMap(node)) return null;
    const entries = node.items.map(({ key, value }) => [String(key), this.#plain(value, depth)] as const);
    return entries.some(([key]) => /^\d+$/.test(key)) ? new Map(entries) : Object.fromEntries(entries);
  }

  /** Checks `raw` (found at `path`) and reports each fault where it stands in the file. */
  check<Schema extends z.ZodType>(schema: Schema, raw: unknown, path: YamlPath): z.infer<Schema> | undefined {
    const result = schema.safeParse(raw);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      const full = [...path, ...issue.path.filter((step) => typeof step !== 'symbol')];
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
      const at = unknown === undefined ? full : [...full, unknown];
      this.#report(describe(issue), this.#offset(at), at);
    }
    return undefined;
  }

  rules(raw: unknown, path: YamlPath, map: string): ParsedRule[] {
    if (raw === undefined || raw === null || raw === '') return [];
    if (!Array.isArray(raw)) {
      this.#report('rules is a list: each rule starts with "- "', this.#offset(path), path);
      return [];
    }
    return raw.flatMap((rule: unknown, index) => this.#rule(rule, [...path, index], map) ?? []);
  }

  #rule(raw: unknown, path: YamlPath, map: string): ParsedRule | undefined {
    const origin = this.#origin(path, map);
    const keys = typeof raw === 'object' && raw !== null ? Object.keys(raw) : [];
    if (keys.includes('loop')) {
      const head = this.check(loopHead, raw, path);
      if (!head) return undefined;
      const { rules, ...options } = head;
      return { kind: 'loop', options, rules: this.rules(rules, [...path, 'rules'], map), origin };
    }
    if (keys.includes('entry')) {
      const head = this.check(entryHead, raw, path);
      if (!head) return undefined;
      const { rules, ...options } = head;
      return { kind: 'entry', options, rules: this.rules(rules, [...path, 'rules'], map), origin };
    }
    if (keys.includes('tree')) return this.#tree(raw, path, map, origin);
    if (keys.includes('ignore')) {
      const rule = this.check(ignoreRule, raw, path);
      return rule && { kind: 'ignore', addresses: rule.ignore, origin };
    }
    if (keys.includes('remove')) {
      const rule = this.check(removeRule, raw, path);
      return rule && { kind: 'remove', keys: rule.remove, origin };
    }
    const options = this.check(fieldRule, raw, path);
    if (!options) return undefined;
    if (options.at === undefined && options.to === undefined) {
      this.#report('a rule needs at: (a place), to: (a field), or both', this.#offset(path), path);
      return undefined;
    }
    return { kind: 'field', options, origin };
  }

  #tree(raw: unknown, path: YamlPath, map: string, origin: Origin): ParsedTree | undefined {
    const head = this.check(treeHead, raw, path);
    if (!head) return undefined;
    const { levels = {}, ...options } = head;
    const parsed = Object.entries(levels).flatMap(([level, rawLevel]): ParsedLevel[] => {
      const at = [...path, 'levels', level];
      const checked = this.check(levelHead, rawLevel, at);
      if (!checked) return [];
      const { rules, ...rest } = checked;
      return [
        {
          name: level,
          options: rest,
          rules: this.rules(rules, [...at, 'rules'], map),
          origin: this.#origin(at, map),
        },
      ];
    });
    return { kind: 'tree', options, levels: parsed, origin };
  }

  #origin(path: YamlPath, map: string): Origin {
    const { line, col } = this.#lines.linePos(this.#offset(path));
    return { map, line, column: col };
  }

  /** Offset of the deepest node that exists along the path; of the key, where the path ends at a key of a mapping. */
  #offset(path: YamlPath): number {
    let node: unknown = this.#follow(this.document.contents);
    let offset = startOf(node) ?? 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => String(item.key) === String(step));
        if (!pair) break;
        offset = startOf(pair.value) ?? startOf(pair.key) ?? offset;
        if (path[path.length - 1] === step) offset = startOf(pair.key) ?? offset;
        node = this.#follow(pair.value);
      } else if (isSeq(node)) {
        node = this.#follow(node.items[Number(step)]);
        offset = startOf(node) ?? offset;
      } else break;
    }
    return offset;
  }

  /** The node that an alias stands for. */
  #follow(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.document) : node;
  }

  #report(message: string, offset: number, path: YamlPath): void {
    const { line, col } = this.#lines.linePos(offset);
    const where = path.length === 0 ? '' : `${path.join('.')}: `;
    this.findings.push({
      code: 'MAP_INVALID',
      severity: 'error',
      message: `${this.#file}:${line}:${col}: ${where}${message}`,
      place: { file: this.#file, line, column: col, path: path.join('.') },
    });
  }
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return `unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  return issue.message;
}
