import type { Instant } from '../../../common/time.ts';
import type { BerElement } from './ber.ts';
import { TAG } from './der.ts';

/** UTCTime and GeneralizedTime of UTC (RFC 5280 4.1.2.5). Undefined for what is neither. */
export function readTime(element: BerElement | undefined): Instant | undefined {
  if (element?.tag !== TAG.utcTime && element?.tag !== TAG.generalizedTime) return undefined;
  const text = element.contentOctets().toString('latin1');
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.\d+)?Z$/.exec(text);
  if (match === null) return undefined;
  const [, digits = '', month, day, hour, minute, second] = match;
  const year = digits.length === 4 ? digits : `${Number(digits) < 50 ? '20' : '19'}${digits}`;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
