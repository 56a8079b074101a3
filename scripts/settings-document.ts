import { DEFAULT_CLAIM_POLICY } from '../src/pipeline/claims/claim-policy.ts';
import { DEFAULT_HOLD_RULES } from '../src/tracking/match/hold.ts';
import { DEFAULT_MATCH_POLICY } from '../src/tracking/match/policy.ts';
import { DEFAULT_POLICY } from '../src/tracking/policy.ts';
import type { JsonSchema } from './json-schema.ts';
import { buildPartnerSchemas } from './partner-schemas.ts';
import { isObjectSchema, optionsOf } from './setting-comments.ts';

/** Settings that a page of their own tells; the rows name it. */
const ELSEWHERE = ['channels', 'leniency', 'restrictions', 'calendar', 'policy', 'identities'];

const HEAD = `# Settings of partners

Every setting of \`partner.yaml\` and \`company.yaml\`, from the schemas in \`src/partners\`; written by \`node scripts/generate.ts\`. Editors that know YAML
schemas show the same text. How to begin is in [onboarding-a-partner.md](onboarding-a-partner.md); channels are in [transports.md](transports.md) and
[as2.md](as2.md), \`leniency\` in [leniency.md](leniency.md), \`restrictions\` in [dictionaries.md](dictionaries.md). \`[]\` is each entry of a list. A setting
in **bold** has to be there.
`;

const POLICY = `
## calendar and policy, in both files

Each level says only what differs from the more general one: an article of \`items\` from the partner, the partner from the company, the company from the
defaults. Percentages are of the ordered or agreed value. Days are business days unless it says otherwise.

`;

/** The defaults of policies, whose schemas have none because the level above comes first. */
const DEFAULTS: Record<string, unknown> = {
  ...DEFAULT_POLICY,
  tolerances: DEFAULT_POLICY.tolerances[0]!.values,
  invoice: {
    ...DEFAULT_POLICY.invoice,
    matchMode: DEFAULT_MATCH_POLICY.modes[0]!.mode,
    partial: DEFAULT_MATCH_POLICY.partial,
    allocateBy: DEFAULT_MATCH_POLICY.allocateBy,
    duplicateMonths: DEFAULT_MATCH_POLICY.duplicates.windowMonths,
    writeOffMax: DEFAULT_MATCH_POLICY.writeOffMax,
  },
  claims: DEFAULT_CLAIM_POLICY,
  holds: DEFAULT_HOLD_RULES,
};

/** docs/settings.md: every setting with its values, its default and what it says. */
export function buildSettingsDocument(): string {
  const { partner, company } = buildPartnerSchemas();
  const { calendar, policy } = partner.properties!;
  // Groups of the same settings are told where they come first, and policies before what refers to them.
  const told = new Map<string, string>();
  const policies = table(
    rowsOf({ properties: { calendar: calendar!, policy: policy! } }, { path: '', elsewhere: [], told }),
  );
  return [
    HEAD,
    '\n## partner.yaml\n\n',
    table(rowsOf(partner, { path: '', elsewhere: ELSEWHERE, told })),
    POLICY,
    policies,
    '\n## company.yaml\n\n',
    table(rowsOf(company, { path: '', elsewhere: ELSEWHERE, told })),
  ].join('');
}

interface Where {
  path: string;
  /** Settings that another page or chapter tells. */
  elsewhere: readonly string[];
  /** Groups that have been told, with their paths. */
  told: Map<string, string>;
}

/** A row for each setting. */
function rowsOf(json: JsonSchema, where: Where): string[][] {
  const { path, elsewhere, told } = where;
  const own = Object.entries(json.properties ?? {}).flatMap(([name, property]) => {
    const at = path + name;
    const group = JSON.stringify(property.properties ?? property.items ?? {});
    const before = isObjectSchema(property) ? told.get(group) : undefined;
    if (before === undefined) told.set(group, at);
    const rows =
      elsewhere.includes(name) || before !== undefined ? [] : rowsBelow(property, { ...where, path: at });
    // A group that says nothing of its own is there by its settings.
    if (rows.length > 0 && property.description === undefined) return rows;
    const says =
      before === undefined || elsewhere.includes(name) ? (property.description ?? '') : `As \`${before}\`.`;
    const setting = json.required?.includes(name) === true ? `**\`${at}\`**` : `\`${at}\``;
    return [[setting, valuesOf(property), defaultOf(property, at), says], ...rows];
  });
  return [...own, ...optionsOf(json).flatMap((option) => rowsOf(option, where))];
}

function rowsBelow(json: JsonSchema, where: Where): string[][] {
  return json.items === undefined
    ? rowsOf(json, { ...where, path: `${where.path}.`, elsewhere: [] })
    : rowsOf(json.items, { ...where, path: `${where.path}[].`, elsewhere: [] });
}

function valuesOf(json: JsonSchema): string {
  if (isObjectSchema(json)) return '';
  if (json.items !== undefined) return `list of ${valuesOf(json.items)}`;
  if (json.enum !== undefined) return json.enum.map(code).join(', ');
  // A decimal may be written as a text too.
  if (typeof json.type === 'object') return 'number';
  const options = optionsOf(json).map(valuesOf);
  if (options.length > 0) return [...new Set(options)].join(', ');
  if (json.type === 'boolean') return '`true`, `false`';
  return { string: 'text', integer: 'whole number' }[json.type ?? ''] ?? '';
}

function defaultOf(json: JsonSchema, path: string): string {
  if (isObjectSchema(json)) return '';
  const value = json.default ?? policyDefault(path);
  return value === undefined || (Array.isArray(value) && value.length === 0) ? '' : code(value);
}

function policyDefault(path: string): unknown {
  const [file, group, name, ...deeper] = path.split('.');
  if (file !== 'policy' || group === undefined || deeper.length > 0) return undefined;
  const value = DEFAULTS[group];
  return name === undefined ? value : (value as Record<string, unknown> | undefined)?.[name];
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)
    .replace(/^"(.+)"$/, '$1')
    .replaceAll('\\"', '"')}\``;
}

function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  return ['| setting | values | default | says |', '| --- | --- | --- | --- |', ...cells, ''].join('\n');
}
