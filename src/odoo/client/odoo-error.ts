import { GatewayError } from '../../common/errors.ts';
import type { ErrorCode } from '../../common/errors.ts';

/** What a call was about, for messages. */
export interface OdooCallPlace {
  model: string;
  method: string;
  ids?: readonly number[];
}

/** An error as Odoo states it, over any protocol. */
export interface OdooFault {
  /** `odoo.exceptions.UserError`, `builtins.ValueError`, `psycopg2.errors.SerializationFailure` … */
  name: string;
  message: string;
}

/**
 * The names decide, never the status: over JSON-2 a wrong field name and two transactions that met are both a 500, over
 * JSON-RPC every error is a 200.
 */
const RULES: readonly (readonly [names: RegExp, code: ErrorCode, words: string])[] = [
  [
    /SerializationFailure|DeadlockDetected|LockNotAvailable|TransactionRollback|LockError|ConcurrencyError/,
    'ODOO_BUSY',
    'is busy with another change of',
  ],
  [/AccessDenied|SessionExpired|Unauthorized/, 'ODOO_UNAUTHORIZED', 'does not accept the API key for'],
  [/AccessError|werkzeug\.exceptions\.Forbidden/, 'ODOO_FORBIDDEN', 'does not allow'],
  [/MissingError|werkzeug\.exceptions\.NotFound/, 'ODOO_NOT_FOUND', 'does not know'],
  [
    /OperationalError|InterfaceError|PoolError|AdminShutdown|TooManyRequests|ServiceUnavailable/,
    'ODOO_UNAVAILABLE',
    'could not do',
  ],
  [
    /UserError|ValidationError|RedirectWarning|CacheMiss|ValueError|TypeError|KeyError|AttributeError|AssertionError|ParseError|UnprocessableEntity|BadRequest|UnsupportedMediaType|(Unique|NotNull|ForeignKey|Check|Exclusion|Integrity)\w*(Violation|Error)|DataError|InvalidTextRepresentation|NumericValueOutOfRange/,
    'ODOO_REJECTED',
    'refused',
  ],
];

/** The GatewayError for what Odoo answered. The traceback that Odoo may send along is left behind. */
export function toGatewayError(place: OdooCallPlace, { name, message }: OdooFault): GatewayError {
  const rule = RULES.find(([names]) => names.test(name));
  const code = rule?.[1] ?? 'ODOO_FAILED';
  const words = rule?.[2] ?? 'failed at';
  return new GatewayError(code, `Odoo ${words} ${describeCall(place)}: ${plain(message)} (${name})`, {
    details: { ...place, odooName: name, odooMessage: plain(message), outcome: 'none' },
  });
}

/** No answer: not reached, or none in time. `unknown` where the call may have been carried out. */
export function toSilence(
  place: OdooCallPlace,
  reason: string,
  outcome: 'none' | 'unknown',
  more: { retryAfterMs?: number; cause?: unknown } = {},
): GatewayError {
  const consequence = outcome === 'unknown' ? ' Whether Odoo has done it is not known.' : '';
  const { retryAfterMs, cause } = more;
  return new GatewayError(
    'ODOO_UNAVAILABLE',
    `Odoo gave no answer to ${describeCall(place)}: ${reason}.${consequence}`,
    {
      details: { ...place, outcome, ...(retryAfterMs !== undefined && { retryAfterMs }) },
      cause,
    },
  );
}

/** `purchase.order.line.write of 12, 13` */
function describeCall({ model, method, ids }: OdooCallPlace): string {
  const shown = (ids ?? []).slice(0, 5).join(', ');
  const more = (ids ?? []).length > 5 ? ` and ${(ids ?? []).length - 5} more` : '';
  return `${model}.${method}${shown === '' ? '' : ` of ${shown}${more}`}`;
}

/** One line, without Odoo's list of groups and other advice to its own users; at most 500 characters. */
function plain(message: string): string {
  const line = message.trim().replace(/\s*\n\s*/g, ' ');
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
}

/**
 * Name and message from a Python traceback, the form in which XML-RPC sends every error without a code of its own:
 * `psycopg2.errors.SerializationFailure: could not serialize access`.
 */
export function faultOfTraceback(text: string): OdooFault {
  const lines = text.trim().split('\n');
  const frame = lines.findLastIndex((line) => /^ +File "/.test(line));
  const last = lines.findIndex((line, index) => index > frame && /^[A-Za-z_][\w.]*(: |$)/.test(line));
  if (!text.includes('Traceback') || last < 0) return { name: 'odoo.exceptions.UserError', message: text };
  const [, name = '', first = ''] = /^([\w.]+)(?:: (.*))?$/.exec(lines[last]!) ?? [];
  return { name, message: [first, ...lines.slice(last + 1)].join('\n') };
}

/** Text of an answer, or what stands for it. */
export function wordOf(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}
