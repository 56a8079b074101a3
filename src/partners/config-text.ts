import { isCollection, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import * as z from 'zod';
import type { Finding, Place } from '../common/finding.ts';
import { findForeignBytes, NOT_UTF8 } from '../common/utf8.ts';
import { findNearest } from './nearest.ts';

/** A configuration file as text, named by its path below the partners folder: `hansa-werkzeuge/partner.yaml`. */
export interface ConfigFile {
  path: string;
  text: string;
}

/** Tells line and column of any path of a parsed configuration file, for checks that come after the schema's. */
export type Locate = (path: readonly PropertyKey[]) => Place;

export type ConfigResult<T> =
  { value: T; locate: Locate; findings: Finding[] } | { value?: never; locate: Locate; findings: Finding[] };

type Issue = z.core.$ZodIssue;
type JsonSchema = Record<string, unknown>;

/**
 * Reads one YAML file against a zod schema. Never throws on its text: syntax errors, duplicate keys, unknown keys, wrong
 * types and values become findings with file, line, column, what was found and what was expected.
 */
export function readConfig<S extends z.ZodType>(file: ConfigFile, schema: S): ConfigResult<z.output<S>> {
  const lines = new LineCounter();
  const yaml = parseDocument(file.text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
    // "silent" would keep back that a second document follows, which nobody reads.
    logLevel: 'error',
  });
  const locate: Locate = (path) => placeOf(yaml, lines, file.path, path);
  const syntaxFinding = (offset: number, message: string): Finding => {
    const { line, col } = lines.linePos(offset);
    return configFinding({ file: file.path, line, column: col }, 'CONFIG_SYNTAX', message);
  };
  const foreign = findForeignBytes(file.text);
  if (foreign !== undefined) return { locate, findings: [syntaxFinding(foreign, NOT_UTF8)] };
  const syntax = [...yaml.errors, ...yaml.warnings].map((trouble) =>
    syntaxFinding(
      trouble.pos[0],
      trouble.code === 'MULTIPLE_DOCS'
        ? 'a second document begins here ("---"), which is not read: one file is one document'
        : `not valid YAML: ${trouble.message}`,
    ),
  );
  if (syntax.length > 0) return { locate, findings: syntax };
  let content: unknown;
  try {
    // 100 is more than any honest file needs and ends an alias bomb.
    content = yaml.toJS({ maxAliasCount: 100 });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const place = { file: file.path, line: 1, column: 1 };
    return {
      locate,
      findings: [
        { code: 'CONFIG_SYNTAX', severity: 'error', message: `${file.path}:1:1: ${message}`, place },
      ],
    };
  }
  const result = schema.safeParse(content ?? {});
  if (result.success) return { value: result.data, locate, findings: [] };
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return {
    locate,
    findings: result.error.issues.flatMap((issue) => describeIssue(issue, yaml, shape, locate)),
  };
}

/** A finding at a path of a configuration file; the message starts with `file:line:column`. */
export function configFinding(
  place: Place,
  code: string,
  message: string,
  more: Partial<Pick<Finding, 'actual' | 'expected' | 'severity'>> = {},
): Finding {
  const position = `${place.file ?? '?'}:${place.line ?? 1}:${place.column ?? 1}`;
  return { code, severity: 'error', message: `${position}: ${message}`, place, ...more };
}

function describeIssue(issue: Issue, yaml: Document, schema: JsonSchema, locate: Locate): Finding[] {
  const path = issue.path;
  const name = path.length === 0 ? 'the file' : pathText(path);
  if (issue.code === 'unrecognized_keys') {
    const known = propertiesAt(schema, path);
    return issue.keys.map((key) => {
      const near = findNearest(key, known);
      const hint = near.length > 0 ? `did you mean "${near[0]!}"?` : `known here: ${known.join(', ')}`;
      return configFinding(
        locate([...path, key]),
        'CONFIG_UNKNOWN_KEY',
        `unknown setting "${key}"${path.length === 0 ? '' : ` in ${name}`}; ${hint}`,
        { actual: key, expected: near[0] ?? known.join(', ') },
      );
    });
  }
  const found = valueAt(yaml, path);
  const actual = found === undefined ? 'nothing' : JSON.stringify(found);
  if (issue.code === 'invalid_union' && 'errors' in issue && issue.errors.length > 0) {
    const deepest = [...issue.errors].sort((a, b) => depthOf(b) - depthOf(a))[0]!;
    if (depthOf(deepest) > 0) {
      return deepest.flatMap((inner) =>
        describeIssue({ ...inner, path: [...path, ...inner.path] }, yaml, schema, locate),
      );
    }
  }
  const allowed = allowedValues(issue);
  const near = typeof found === 'string' ? findNearest(found, allowed) : [];
  const expected = allowed.length > 0 ? `one of ${allowed.join(', ')}` : expectationOf(issue);
  const missing = found === undefined ? `${name} is missing` : `${name} is ${actual}`;
  const hint = near.length > 0 ? `; did you mean "${near[0]!}"?` : quoteHint(issue, found);
  return [
    configFinding(locate(path), 'CONFIG_INVALID_VALUE', `${missing}; expected ${expected}${hint}`, {
      actual,
      expected,
    }),
  ];
}

/** Identities such as 0012345 are text: YAML reads them as numbers and drops the zeros unless they are quoted. */
function quoteHint(issue: Issue, found: unknown): string {
  const wantsText = issue.code === 'invalid_type' && issue.expected === 'string';
  return wantsText && typeof found === 'number' ? '; put the value in quotes to keep it as written' : '';
}

function allowedValues(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return issue.options.map(String);
  }
  return [];
}

function expectationOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return issue.expected === 'record' ? 'a table of names' : issue.expected;
  return issue.message.replace(/^expected /, '');
}

function depthOf(issues: readonly Issue[]): number {
  return Math.max(
    0,
    ...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)),
  );
}

function valueAt(yaml: Document, path: readonly PropertyKey[]): unknown {
  const node = path.length === 0 ? yaml.contents : yaml.getIn(path, true);
  if (isScalar(node)) return node.value;
  return isCollection(node) ? node.toJS(yaml) : undefined;
}

/** The nearest node that exists: for a missing key its parent, for a known key the key itself. */
function placeOf(yaml: Document, lines: LineCounter, file: string, path: readonly PropertyKey[]): Place {
  let node: Node | null = yaml.contents;
  let start = node?.range?.[0] ?? 0;
  for (const key of path) {
    if (!isCollection(node)) break;
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      : undefined;
    const next: unknown = pair === undefined ? node.get(key, true) : pair.value;
    const at = pair === undefined ? (next as Node | undefined)?.range : (pair.key as Node).range;
    if (at === undefined || at === null) break;
    start = at[0];
    node = (next ?? null) as Node | null;
  }
  const { line, col } = lines.linePos(start);
  return path.length === 0 ? { file, line, column: col } : { file, line, column: col, path: pathText(path) };
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );
}

/** Names that the schema knows at a path, over every branch of a union. */
function propertiesAt(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  let branches = branchesOf(schema, schema);
  for (const key of path) {
    branches = branches
      .flatMap((branch) => {
        const properties = branch['properties'] as Record<string, JsonSchema> | undefined;
        const below: unknown =
          typeof key === 'number'
            ? branch['items']
            : (properties?.[String(key)] ?? branch['additionalProperties']);
        return isJsonSchema(below) ? [below] : [];
      })
      .flatMap((branch) => branchesOf(branch, schema));
  }
  return [
    ...new Set(branches.flatMap((branch) => Object.keys((branch['properties'] as object | undefined) ?? {}))),
  ];
}

function isJsonSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}

function branchesOf(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const target = reference
      .split('/')
      .slice(1)
      .reduce<unknown>((node, key) => (node as JsonSchema | undefined)?.[key], root);
    return target === undefined || target === schema ? [] : branchesOf(target as JsonSchema, root);
  }
  const inner = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap(
    (list) => (list as JsonSchema[] | undefined) ?? [],
  );
  return [schema, ...inner.flatMap((branch) => branchesOf(branch, root))];
}
