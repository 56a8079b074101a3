/** When trying again can help: at once, after a pause, or never without a change by a person. */
export type Retryable = 'now' | 'later' | 'never';

/**
 * Every error that an adapter throws, with whether a retry can help. docs/errors.md documents each code; a test keeps
 * the two identical. Trouble in a partner's document is a Finding, not an error.
 */
export const ERROR_CODES = {
  CONFIG_INVALID: 'never',
  PARTNER_INVALID: 'never',
  MAP_INVALID: 'never',
  FILE_UNREADABLE: 'never',
  FILE_TOO_LARGE: 'never',
  NOT_FOUND: 'never',
  INVALID_REQUEST: 'never',
  UNAUTHORIZED: 'never',
  FORBIDDEN: 'never',
  RATE_LIMITED: 'later',
  CONFLICT: 'now',
  KEY_REUSED: 'never',
  ENCODE_FAILED: 'never',
  STORE_UNAVAILABLE: 'later',
  STORE_CORRUPT: 'never',
  STORE_VERSION: 'never',
  TRANSPORT_UNAVAILABLE: 'later',
  TRANSPORT_REJECTED: 'never',
  SECRET_MISSING: 'never',
  SECRET_UNREADABLE: 'never',
  CERTIFICATE_INVALID: 'never',
  CERTIFICATE_UNUSABLE: 'never',
  ERP_UNAVAILABLE: 'later',
  ERP_REJECTED: 'never',
  ODOO_UNAVAILABLE: 'later',
  ODOO_BUSY: 'later',
  ODOO_FAILED: 'later',
  ODOO_UNAUTHORIZED: 'later',
  ODOO_FORBIDDEN: 'never',
  ODOO_NOT_FOUND: 'never',
  ODOO_REJECTED: 'never',
  ODOO_CONFLICT: 'never',
  ODOO_UNSUPPORTED: 'never',
  PORT_IN_USE: 'never',
} as const satisfies Record<string, Retryable>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Thrown by adapters and use cases; the message names what was tried, on what, what came back and what to do. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly retryable: Retryable;
  /** Data for logs and API answers; never payloads or secrets. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>>; retryable?: Retryable } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? ERROR_CODES[code];
    this.details = options.details ?? {};
  }
}
