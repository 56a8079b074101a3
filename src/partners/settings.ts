import * as z from 'zod';
import type { Weekday } from '../common/calendar.ts';
import { isDecimal } from '../common/decimal.ts';

/** A decimal setting: `2`, `0.5`, `"12.50"`; kept as exact text from here on. */
export const decimalSetting = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine(isDecimal, { error: 'a decimal number such as 2.5' });

/** A decimal that is not negative: limits, percentages, prices. */
export const limitSetting = decimalSetting.refine((text) => !text.startsWith('-'), {
  error: 'a number that is not negative',
});

export const name = z.string().min(1);

/** Compared letter by letter with what envelopes and orders say, which are read without padding. */
export const code = z.string().regex(/^\S(.*\S)?$/, 'text without spaces around it');

/** Folder name of a partner, and its id everywhere: `hansa-werkzeuge`. */
export const slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by hyphens, such as "hansa-werkzeuge"');

/**
 * A password or key by name, never its value: `{ secret: acme-sftp }` is one of the gateway's own store (`tradelane secret
 * set acme-sftp`), `env:ACME_SFTP` an environment variable, `file:acme-sftp` a file of the folder of mounted secrets.
 */
export const secretName = z.strictObject({
  secret: z
    .string()
    .regex(
      /^((env|file):)?[A-Za-z0-9][\w.-]{0,99}$/,
      'the name of a secret, such as "acme-sftp" or "env:ACME_SFTP"',
    ),
});

/** Name of a map: `x12/004010/850-order`, or the partner's own `partners/northwind-hardware/850-order`. */
export const mapId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9./-]*[a-z0-9]$/, 'the name of a map, such as "x12/004010/850-order"');

/** `15:00`, local time of the calendar's zone. */
export const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as "15:00"');

export const timeZone = z.string().refine(isTimeZone, { error: 'an IANA time zone such as "Europe/Berlin"' });

export const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** ISO numbers of the days of the week as the settings name them. */
export const WEEKDAYS: Readonly<Record<z.output<typeof weekday>, Weekday>> = {
  ...{ mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6, sun: 7 },
};

export const date = z.iso.date({ error: 'a date such as "2026-12-25"' });

/** `2026-12-01` (its beginning in UTC), or with a time and its zone: `2026-12-01T18:00:00-06:00`. Kept as an instant. */
export const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .transform((text) => new Date(text).toISOString());

export type PartnerStandard = 'x12' | 'edifact' | 'xml';

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
