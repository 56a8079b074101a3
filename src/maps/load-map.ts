import type { Finding } from '../common/finding.ts';
import type { DocumentType } from '../documents/document.ts';
import {
  parseCodeTable,
  parseMapFile,
  type MapFile,
  type Origin,
  type ParsedEntry,
  type ParsedLevel,
  type ParsedLoop,
  type ParsedRule,
  type ParsedTree,
} from './map-file.ts';
import type { CodeEntry, FieldOptions, MapHead, MessageHead } from './map-schema.ts';

/**
 * Text of a file of the maps folder, undefined when there is none: `x12/004010/850-order` (a map, without
 * `.map.yaml`) and `codes/x12-units` (a code table, without `.yaml`).
 */
export type MapSource = (name: string) => string | undefined;

export interface FieldRule {
  kind: 'field';
  options: FieldOptions;
  origin: Origin;
}
interface IgnoreRule {
  kind: 'ignore';
  addresses: readonly string[];
  origin: Origin;
}
export interface LoopRule {
  kind: 'loop';
  options: ParsedLoop['options'];
  rules: readonly EffectiveRule[];
  origin: Origin;
}
export interface EntryRule {
  kind: 'entry';
  options: ParsedEntry['options'];
  rules: readonly EffectiveRule[];
  origin: Origin;
}
export interface TreeLevel {
  name: string;
  options: ParsedLevel['options'];
  rules: readonly EffectiveRule[];
  origin: Origin;
}
export interface TreeRule {
  kind: 'tree';
  options: ParsedTree['options'];
  levels: readonly TreeLevel[];
  origin: Origin;
}
export type EffectiveRule = FieldRule | IgnoreRule | LoopRule | EntryRule | TreeRule;

/** A map with everything that it extends put in; each rule tells where it was written. */
export interface EffectiveMap {
  name: string;
  title: string;
  /** This map and what it extends, nearest first. */
  chain: readonly string[];
  message: MessageHead & { standard: 'x12' | 'edifact' | 'xml' | 'csv' };
  document: DocumentType;
  /** Entries of each code table that a rule names, or that the maps define. */
  codes: ReadonlyMap<string, readonly CodeEntry[]>;
  pairs: Readonly<Record<string, { from: number; count: number; step: number }>>;
  differs: readonly { at: string; because: string }[];
  rules: readonly EffectiveRule[];
}

export interface LoadedMap {
  /** Undefined when there are errors. */
  map: EffectiveMap | undefined;
  findings: Finding[];
}

/** Loads a map by name with all that it extends. Never throws: what is wrong is in the findings, with line and column. */
export function loadMap(name: string, source: MapSource): LoadedMap {
  const text = source(name);
  if (text === undefined) return { map: undefined, findings: [missing(`there is no map "${name}"`, name)] };
  return loadMapText(text, name, source);
}

/** The same for a text that is not (yet) a file, such as one in an editor. `name` stands for it in messages. */
export function loadMapText(text: string, name: string, source: MapSource): LoadedMap {
  const findings: Finding[] = [];
  const files = loadChain(text, name, source, findings);
  if (findings.some((finding) => finding.severity === 'error')) return { map: undefined, findings };
  const base = files.reduceRight<MapFile | undefined>(
    (inherited, file) => (inherited ? extend(inherited, file, findings) : file),
    undefined,
  );
  if (!base) return { map: undefined, findings };
  const rules = base.rules.filter(isEffective);
  const map = complete(base.head, rules, files, name, source, findings);
  return { map: findings.some((finding) => finding.severity === 'error') ? undefined : map, findings };
}

/** The map's own file first, then what it extends. */
function loadChain(text: string, name: string, source: MapSource, findings: Finding[]): MapFile[] {
  const files: MapFile[] = [];
  const seen = new Set([name]);
  let current = { text, name };
  while (true) {
    const parsed = parseMapFile(current.text, `${current.name}.map.yaml`);
    findings.push(...parsed.findings);
    if (!parsed.map) return files;
    files.push(parsed.map);
    const parent = parsed.map.head.extends;
    if (parent === undefined) return files;
    const parentText = seen.has(parent) ? undefined : source(parent);
    if (parentText === undefined) {
      const why = seen.has(parent)
        ? `extends itself through "${parent}"`
        : `extends "${parent}", which does not exist`;
      findings.push(missing(`${current.name} ${why}`, current.name));
      return files;
    }
    seen.add(parent);
    current = { text: parentText, name: parent };
  }
}

function missing(message: string, file: string): Finding {
  return { code: 'MAP_INVALID', severity: 'error', message, place: { file } };
}

function complete(
  head: MapHead,
  rules: EffectiveRule[],
  files: readonly MapFile[],
  name: string,
  source: MapSource,
  findings: Finding[],
): EffectiveMap | undefined {
  const { message, document } = head;
  if (message?.standard === undefined || document === undefined) {
    const lacks = document === undefined ? 'document:' : 'message: { standard: … }';
    findings.push(missing(`${name}.map.yaml:1:1: the map says no ${lacks}`, name));
    return undefined;
  }
  return {
    name: head.map,
    title: head.title ?? '',
    chain: files.map((file) => file.head.map),
    message: { ...message, standard: message.standard },
    document,
    codes: resolveTables(rules, files, source, findings),
    pairs: Object.fromEntries(
      Object.entries(head.pairs ?? {}).map(([segment, { from, count = 10, step = 2 }]) => [
        segment,
        { from, count, step },
      ]),
    ),
    differs: head.differs ?? [],
    rules,
  };
}

/** Merges a map into the one it extends: see "Overrides" in docs/mapping-language.md. */
function extend(base: MapFile, child: MapFile, findings: Finding[]): MapFile {
  const removals: ParsedRule[] = (child.head.remove ?? []).map((key) => ({
    kind: 'remove',
    keys: [key],
    origin: { map: child.head.map, line: 1, column: 1 },
  }));
  return {
    head: {
      ...base.head,
      ...child.head,
      message: { ...base.head.message, ...child.head.message },
      pairs: { ...base.head.pairs, ...child.head.pairs },
      differs: [...(base.head.differs ?? []), ...(child.head.differs ?? [])],
    },
    rules: mergeRules(base.rules, [...removals, ...child.rules], findings),
  };
}

function mergeRules(
  base: readonly ParsedRule[],
  child: readonly ParsedRule[],
  findings: Finding[],
): ParsedRule[] {
  const rules = [...base];
  for (const rule of child) {
    if (rule.kind === 'remove') removeRules(rules, rule.keys, rule.origin, findings);
    else if (rule.kind === 'ignore') rules.push(rule);
    else mergeRule(rules, rule, base, findings);
  }
  return rules;
}

function removeRules(
  rules: ParsedRule[],
  keys: readonly string[],
  origin: Origin,
  findings: Finding[],
): void {
  for (const key of keys) {
    const kept = rules.filter((rule) => !keysOf(rule).includes(key));
    if (kept.length === rules.length) {
      const { map, line, column } = origin;
      findings.push({
        code: 'MAP_INVALID',
        severity: 'error',
        message: `${map}.map.yaml:${line}:${column}: remove: there is no rule "${key}" here`,
        place: { file: `${map}.map.yaml`, line, column },
      });
    }
    rules.splice(0, rules.length, ...kept);
  }
}

/** Every key under which people may name a rule. */
function keysOf(rule: ParsedRule): string[] {
  if (rule.kind === 'field')
    return [...(rule.options.at ?? []), ...(rule.options.to === undefined ? [] : [rule.options.to])];
  if (rule.kind === 'loop')
    return [rule.options.loop, ...(rule.options.to === undefined ? [] : [rule.options.to])];
  if (rule.kind === 'entry') return [rule.options.entry];
  if (rule.kind === 'tree') return [rule.options.tree];
  return rule.kind === 'ignore' ? [...rule.addresses] : [];
}

function mergeRule(
  rules: ParsedRule[],
  rule: Exclude<ParsedRule, { kind: 'remove' | 'ignore' }>,
  base: readonly ParsedRule[],
  findings: Finding[],
): void {
  const inherited = rules.filter((known) => base.includes(known));
  const targets = findReplaced(rule, inherited);
  const first = targets[0];
  if (first === undefined) insert(rules, rule);
  else {
    rules.splice(rules.indexOf(first), 1, combine(first, rule, findings));
    for (const other of targets.slice(1)) rules.splice(rules.indexOf(other), 1);
  }
}

/** The inherited rules that `rule` stands in for: same kind and same `at`, else same `to`. */
function findReplaced(rule: ParsedRule, inherited: readonly ParsedRule[]): ParsedRule[] {
  if (rule.kind === 'field') {
    const fields = inherited.filter((known) => known.kind === 'field');
    const at = rule.options.at?.join(' ');
    const sameAt = at === undefined ? [] : fields.filter((known) => known.options.at?.join(' ') === at);
    if (sameAt.length > 0) return sameAt;
    const { to } = rule.options;
    return to === undefined ? [] : fields.filter((known) => known.options.to === to);
  }
  if (rule.kind === 'loop') {
    const same = inherited.filter(
      (known) => known.kind === 'loop' && known.options.loop === rule.options.loop,
    );
    const exact = same.filter((known) => known.kind === 'loop' && known.options.to === rule.options.to);
    return (exact.length > 0 ? exact : same).slice(0, 1);
  }
  if (rule.kind === 'entry')
    return inherited
      .filter((known) => known.kind === 'entry' && known.options.entry === rule.options.entry)
      .slice(0, 1);
  if (rule.kind === 'tree')
    return inherited.filter((known) => known.kind === 'tree' && known.options.tree === rule.options.tree);
  return [];
}

function insert(rules: ParsedRule[], rule: ParsedRule): void {
  const before =
    rule.kind === 'field' || rule.kind === 'loop' || rule.kind === 'entry' ? rule.options.before : undefined;
  const at = before === undefined ? -1 : rules.findIndex((known) => keysOf(known).includes(before));
  if (at === -1) rules.push(rule);
  else rules.splice(at, 0, rule);
}

function combine(known: ParsedRule, rule: ParsedRule, findings: Finding[]): ParsedRule {
  if (known.kind === 'loop' && rule.kind === 'loop' && rule.options.replace !== true)
    return {
      kind: 'loop',
      options: { ...known.options, ...rule.options },
      rules: mergeRules(known.rules, rule.rules, findings),
      origin: rule.origin,
    };
  if (known.kind === 'entry' && rule.kind === 'entry' && rule.options.replace !== true)
    return {
      kind: 'entry',
      options: { ...known.options, ...rule.options },
      rules: mergeRules(known.rules, rule.rules, findings),
      origin: rule.origin,
    };
  if (known.kind === 'tree' && rule.kind === 'tree' && rule.options.replace !== true)
    return {
      kind: 'tree',
      options: { ...known.options, ...rule.options },
      levels: mergeLevels(known.levels, rule.levels, findings),
      origin: rule.origin,
    };
  return rule;
}

function mergeLevels(
  base: readonly ParsedLevel[],
  child: readonly ParsedLevel[],
  findings: Finding[],
): ParsedLevel[] {
  const levels = [...base];
  for (const level of child) {
    const at = levels.findIndex((known) => known.name === level.name);
    const known = levels[at];
    if (!known) levels.push(level);
    else
      levels[at] = {
        name: level.name,
        options: { ...known.options, ...level.options },
        rules: mergeRules(known.rules, level.rules, findings),
        origin: level.origin,
      };
  }
  return levels;
}

function isEffective(rule: ParsedRule): rule is ParsedRule & EffectiveRule {
  return rule.kind !== 'remove';
}

/** Shared files first, then what the chain says, the farthest ancestor first. */
function resolveTables(
  rules: readonly EffectiveRule[],
  files: readonly MapFile[],
  source: MapSource,
  findings: Finding[],
): Map<string, CodeEntry[]> {
  const tables = new Map<string, CodeEntry[]>();
  const own = new Set(files.flatMap((file) => Object.keys(file.head.codes ?? {})));
  const named = new Set([...own, ...namedTables(rules)]);
  for (const table of named) {
    const text = source(`codes/${table}`);
    const parsed = text === undefined ? undefined : parseCodeTable(text, `codes/${table}.yaml`);
    if (parsed) findings.push(...parsed.findings);
    let entries: CodeEntry[] = parsed?.table?.entries ?? [];
    for (const file of files.toReversed()) entries = overrideEntries(entries, file.head.codes?.[table] ?? []);
    if (parsed || own.has(table)) tables.set(table, entries);
  }
  return tables;
}

/** An override with a known code takes its place; new codes come first, so that they win when written. */
function overrideEntries(base: readonly CodeEntry[], own: readonly CodeEntry[]): CodeEntry[] {
  const kept = base.filter((entry) => !own.some((other) => other.code === entry.code));
  return [...own, ...kept];
}

/** Names of the code tables that rules use. */
function namedTables(rules: readonly EffectiveRule[]): string[] {
  return rules.flatMap((rule) => {
    if (rule.kind === 'field') return typeof rule.options.codes === 'string' ? [rule.options.codes] : [];
    if (rule.kind === 'loop' || rule.kind === 'entry') return namedTables(rule.rules);
    return rule.kind === 'tree' ? rule.levels.flatMap((level) => namedTables(level.rules)) : [];
  });
}
