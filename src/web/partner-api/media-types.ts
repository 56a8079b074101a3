import { GatewayError } from '../../common/errors.ts';
import { detectSyntax } from '../../edi/detect.ts';

/** What a body may be declared as, and the syntax that it then has to be in; '' leaves it to the content. */
const SYNTAX_BY_TYPE: Readonly<Record<string, string>> = {
  'application/json': 'json',
  'application/edi-x12': 'x12',
  'application/edifact': 'edifact',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'text/csv': 'csv',
  'application/octet-stream': '',
};

const TYPE_BY_SYNTAX: Readonly<Record<string, string>> = {
  x12: 'application/EDI-X12',
  edifact: 'application/EDIFACT',
  xml: 'application/xml',
  json: 'application/json',
};

const EXTENSION: Readonly<Record<string, string>> = {
  x12: 'edi',
  edifact: 'edi',
  xml: 'xml',
  csv: 'csv',
  json: 'json',
};

export const POSTED_TYPES = [
  'application/json',
  'application/EDI-X12',
  'application/EDIFACT',
  'application/xml',
  'text/csv',
  'application/octet-stream',
];

export const FETCHED_TYPES = Object.values(TYPE_BY_SYNTAX);

export function mediaTypeOf(syntax: string | undefined): string {
  return TYPE_BY_SYNTAX[syntax ?? ''] ?? 'application/octet-stream';
}

/** The syntax of a body, which has to be what its Content-Type says. Throws INVALID_REQUEST. */
export function checkMediaType(
  contentType: string,
  bytes: Uint8Array,
): { syntax: string; extension: string } {
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  const declared = SYNTAX_BY_TYPE[type];
  if (declared === undefined) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `Content-Type is "${type}"; expected one of ${POSTED_TYPES.join(', ')}.`,
    );
  }
  const { syntax, reason } = detectSyntax(bytes);
  if (EXTENSION[syntax] === undefined) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `The body is no document that Tradelane reads (${reason}). Expected X12, EDIFACT, XML, CSV or canonical JSON.`,
    );
  }
  if (declared !== '' && declared !== syntax) {
    throw new GatewayError(
      'INVALID_REQUEST',
      `Content-Type says ${declared}, but the body is ${syntax} (${reason}). Send both alike.`,
    );
  }
  return { syntax, extension: EXTENSION[syntax] };
}
