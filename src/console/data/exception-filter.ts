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

/**
 * The search line of the exceptions as parameters of the API: `is:open kind:HOLD_PRICE partner:acme assigned:me
 * value:>1000 due:<4h` and plain words. `now` is rounded to the minute, so that the same search stays the same query.
 */
export function parseExceptionFilter(line: string, now: Date): Parameters {
  const parameters: Parameters = { status: 'open' };
  const words: string[] = [];
  for (const token of line.split(/\s+/).filter((part) => part !== '')) {
    const [, name = '', value = ''] = /^(\w+):(.+)$/.exec(token) ?? [];
    const key = KEYS[name];
    if (name === 'is') parameters['status'] = value;
    else if (name === 'value') parameters['minValue'] = Number(value.replace(/^[>=]+/, '')) || undefined;
    else if (name === 'due') parameters['dueBefore'] = dueBefore(value, now);
    else if (key !== undefined) parameters[key] = value;
    else words.push(token);
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
