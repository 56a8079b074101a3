/** What a Disposition field says (RFC 3798 section 3.2.6, RFC 4130 section 7.5). */
export interface Disposition {
  /** `processed`, `failed`, `denied` …, lower case. */
  type: string;
  /** `error`, `warning`, `failure`, lower case; '' for none. */
  modifier: string;
  /** What the modifier tells: `decryption-failed`, lower case; '' for none. */
  explanation: string;
}

const PATTERN = /^(?:[^;]*;)?\s*([\w-]+)\s*(?:\/\s*([\w-]+)\s*(?::\s*(.*?)\s*)?)?$/s;

/**
 * Reads a Disposition field whatever its spacing and case. `Error` and `Warning` fields of the same report, as RFC 3798 has
 * them, explain a modifier that does not explain itself. Undefined when it is none.
 */
export function readDisposition(
  field: string,
  fields: ReadonlyMap<string, string> = new Map(),
): Disposition | undefined {
  const match = PATTERN.exec(field.trim());
  if (match === null) return undefined;
  const modifier = (match[2] ?? '').toLowerCase();
  const explanation = match[3] ?? fields.get(modifier) ?? '';
  return { type: match[1]!.toLowerCase(), modifier, explanation: explanation.toLowerCase().trim() };
}

/** `processed`, `processed/error: decryption-failed`. */
export function formatDisposition({ type, modifier, explanation }: Disposition): string {
  const suffix = modifier === '' ? '' : `/${modifier}${explanation === '' ? '' : `: ${explanation}`}`;
  return `${type}${suffix}`;
}

/** Whether the receiver has taken the message over; a warning does not change that. */
export function isPositive({ type, modifier }: Disposition): boolean {
  return type === 'processed' && (modifier === '' || modifier === 'warning');
}

export const PROCESSED: Disposition = { type: 'processed', modifier: '', explanation: '' };

export function errorDisposition(explanation: string): Disposition {
  return { type: 'processed', modifier: 'error', explanation };
}

export function failureDisposition(explanation: string): Disposition {
  return { type: 'failed', modifier: 'failure', explanation };
}
