import { endOfDay } from './day.ts';
import type { Parameters } from './types.ts';

const KEYS: Record<string, string> = {
  kind: 'type',
  partner: 'partnerId',
  owner: 'owner',
  assigned: 'assignee',
  severity: 'severity',
  order: 'orderId',
};

/** What is written before the colon, where not every value means something: which do, and examples of them. */
const VALUES: Record<string, { form: RegExp; examples: string }> = {
  is: {
    form: /^(open|snoozed|resolved|any)$/,
    examples: 'is:open, is:snoozed, is:resolved or is:any',
  },
  severity: {
    form: /^(low|medium|high|critical)$/,
    examples: 'severity:low, severity:medium, severity:high or severity:critical',
  },
  value: {
    form: /^>?=?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/,
    examples: 'value:>1000 or value:>12.50',
  },
  due: {
    form: /^(overdue|today|<?\d+[mhd])$/,
    examples: 'due:overdue, due:today, due:<30m, due:<4h or due:<2d',
  },
};

interface Token {
  text: string;
  name: string;
  value: string;
}

function tokensOf(line: string): Token[] {
  return line
    .split(/\s+/)
    .filter((text) => text !== '')
    .map((text) => {
      const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(text) ?? [];
      return { text, name, value };
    });
}

/** What in a search line means nothing, in words; undefined where all of it is understood. */
export function findFilterMistake(line: string): string | undefined {
  for (const { text, name, value } of tokensOf(line)) {
    const known = VALUES[name];
    if (known !== undefined && !known.form.test(value)) {
      return `“${text}” is not understood. It can be ${known.examples}.`;
    }
  }
  return undefined;
}

/**
 * The search line of the exceptions as parameters of the API: `is:open kind:HOLD_PRICE partner:acme assigned:me
 * value:>1000 due:<4h` and plain words. `now` is rounded to the minute, so that the same search stays the same query.
 */
export function parseExceptionFilter(line: string, now: Date): Parameters {
  const parameters: Parameters = { status: 'open' };
  const words: string[] = [];
  for (const { text, name, value } of tokensOf(line)) {
    const key = KEYS[name];
    if (name === 'is') parameters['status'] = value;
    else if (name === 'value') {
      parameters['minValue'] = Number(value.replaceAll(/[>=,]/g, '')) || undefined;
    } else if (name === 'due') parameters['dueBefore'] = dueBefore(value, now);
    else if (key !== undefined) parameters[key] = value;
    else words.push(text);
  }
  parameters['text'] = words.join(' ');
  return parameters;
}

function dueBefore(value: string, now: Date): string | undefined {
  const minute = Math.floor(now.getTime() / 60_000) * 60_000;
  if (value === 'overdue') return new Date(minute).toISOString();
  if (value === 'today') return endOfDay(now).toISOString();
  const [, amount, unit] = /^<?(\d+)([mhd])$/.exec(value) ?? [];
  if (amount === undefined) return undefined;
  const unitMs = unit === 'm' ? 60_000 : unit === 'h' ? 3_600_000 : 86_400_000;
  return new Date(minute + Number(amount) * unitMs).toISOString();
}
