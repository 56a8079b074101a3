/** `CHANGE_PROPOSED`, `partlyProcessed` → `Change proposed`, `Partly processed`. */
export function humanise(code: string): string {
  const words = code
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const GROUPED = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 20 });

/** Groups the digits of a decimal text, exactly: no rounding, trailing zeros kept. */
export function formatDecimal(value: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(value) ?? [];
  if (whole === '') return value;
  return `${sign === '-' ? '−' : ''}${GROUPED.format(BigInt(whole))}${fraction}`;
}

/** `1,240.50 EUR`, `1,240 JPY`: at least the decimals of the currency (ISO 4217), never fewer than are there; '' when there is no amount. */
export function formatMoney(amount: string, currency: string): string {
  return amount === '' || /^-?0(\.0+)?$/.test(amount) ? '' : formatAmount(amount, currency);
}

/** As `formatMoney`, also of nothing: `0.00 EUR`, where an amount is what is asked for. What is no decimal stays as it is. */
export function formatAmount(amount: string, currency: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(amount)) return amount;
  const [whole = '', fraction = ''] = amount.split('.');
  const shown = fraction.padEnd(minorDigits(currency), '0');
  return `${formatDecimal(shown === '' ? whole : `${whole}.${shown}`)} ${currency}`.trimEnd();
}

/** `12.50 USD`, `12.50 USD per 100`: a price as the gateway tells it, `12.5` or `12.5 per 100`. */
export function formatPrice(price: string, currency: string): string {
  const [amount = '', per] = price.split(' per ');
  return `${formatAmount(amount, currency)}${per === undefined ? '' : ` per ${formatDecimal(per)}`}`;
}

function minorDigits(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) return 0;
  const { maximumFractionDigits = 2 } = new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency,
  }).resolvedOptions();
  return maximumFractionDigits;
}

export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${GROUPED.format(count)} ${count === 1 ? one : many}`;
}

export function formatSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

/** A calendar date `2026-01-31` as `31 Jan 2026`. */
export function formatDate(date: string): string {
  const [year, month, day] = date.split('-').map(Number);
  if (year === undefined || month === undefined || day === undefined) return date;
  return DATE.format(new Date(year, month - 1, day));
}

/** `14:20` today, `31 Jan 14:20` this year, else with the year; in the reader's zone. */
export function formatInstant(instant: string, now: Date): string {
  const at = new Date(instant);
  if (at.toDateString() === now.toDateString()) return TIME.format(at);
  const sameYear = at.getFullYear() === now.getFullYear();
  return `${(sameYear ? DAY : DATE).format(at)}, ${TIME.format(at)}`;
}

/** `31 Jan 2026, 14:20`, in the reader's zone. */
export function formatDayAndTime(at: Date): string {
  return `${DATE.format(at)}, ${TIME.format(at)}`;
}

export function formatExact(instant: string): string {
  return `${EXACT.format(new Date(instant))} · ${instant}`;
}

const STEPS: readonly [limitMs: number, unitMs: number, unit: string][] = [
  [90 * 60_000, 60_000, 'min'],
  [36 * 3_600_000, 3_600_000, 'h'],
  [Infinity, 86_400_000, 'd'],
];

/** `12 min`, `3 h`, `5 d`, without direction. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  if (size < 60_000) return 'under a minute';
  const [, unitMs, unit] = STEPS.find(([limit]) => size < limit)!;
  return `${Math.round(size / unitMs)} ${unit}`;
}

/** `3 h ago`, `in 20 min`, `just now`. */
export function formatRelative(instant: string, now: Date): string {
  const ms = Date.parse(instant) - now.getTime();
  if (Math.abs(ms) < 60_000) return ms > 0 ? 'in a minute' : 'just now';
  return ms > 0 ? `in ${formatDuration(ms)}` : `${formatDuration(ms)} ago`;
}
