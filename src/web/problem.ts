import * as z from 'zod';
import type { ErrorCode } from '../common/errors.ts';
import { GatewayError } from '../common/errors.ts';
import { finding } from './schemas/finding.ts';

/** application/problem+json (RFC 9457): what every answer other than a success carries. */
export const problem = z
  .object({
    /** `urn:tradelane:error:NOT_FOUND`. */
    type: z.string(),
    title: z.string(),
    status: z.int(),
    /** One sentence or two for a person: what was tried, what is wrong, what to do. */
    detail: z.string(),
    code: z.string(),
    retryable: z.enum(['now', 'later', 'never']),
    requestId: z.string(),
    findings: z.array(finding).optional(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problem>;

const STATUS: Partial<Record<ErrorCode, number>> = {
  NOT_FOUND: 404,
  INVALID_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  CONFLICT: 409,
  KEY_REUSED: 422,
  FILE_TOO_LARGE: 413,
  FILE_UNREADABLE: 422,
  RATE_LIMITED: 429,
  STORE_UNAVAILABLE: 503,
  TRANSPORT_UNAVAILABLE: 503,
  ERP_UNAVAILABLE: 503,
  ODOO_UNAVAILABLE: 503,
  ODOO_BUSY: 503,
  ODOO_UNAUTHORIZED: 503,
};

const TITLES: Record<number, string> = {
  400: 'The request is not valid',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Changed meanwhile',
  413: 'Too large',
  422: 'Not readable',
  429: 'Too many requests',
  500: 'Something went wrong on our side',
  503: 'Not available at the moment',
};

/** What is told to the caller of an error. Of a bug, only the request id: its text may hold what is not theirs to see. */
export function describeProblem(error: unknown, requestId: string): Problem {
  if (!(error instanceof GatewayError)) {
    return {
      type: 'urn:tradelane:error:INTERNAL',
      title: TITLES[500]!,
      status: 500,
      detail: `The gateway could not answer this request. Its log says why under request id ${requestId}.`,
      code: 'INTERNAL',
      retryable: 'later',
      requestId,
    };
  }
  const status = STATUS[error.code] ?? 500;
  const findings = z.array(finding).safeParse(error.details['findings']);
  return {
    type: `urn:tradelane:error:${error.code}`,
    title: TITLES[status] ?? error.code,
    status,
    detail: error.message,
    code: error.code,
    retryable: error.retryable,
    requestId,
    ...(findings.success ? { findings: findings.data } : {}),
  };
}
