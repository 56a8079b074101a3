import * as z from 'zod';
import { GatewayError } from '../../../common/errors.ts';
import { checkDocument } from '../../../documents/document.ts';
import { parseJson } from '../../request-body.ts';
import { checkMediaType, POSTED_TYPES } from '../media-types.ts';
import { partnerEndpoint } from '../partner-endpoint.ts';
import { submissionAccepted } from '../schemas.ts';

export const postDocument = partnerEndpoint({
  method: 'post',
  path: '/partner-api/v1/documents',
  operationId: 'postDocument',
  tag: 'Submissions',
  summary: 'Hands a document in: X12, EDIFACT, XML, CSV, or a canonical document as JSON',
  description:
    'It is kept durably before the answer, and read right after it: see the status. The same Idempotency-Key with the ' +
    'same body is answered as before and does nothing; with another body it is refused (422). Repeat a call whose answer ' +
    'was lost with the same key.',
  status: 202,
  headers: z.object({ 'Idempotency-Key': z.string().min(1).max(255) }),
  body: 'bytes',
  bodyTypes: POSTED_TYPES,
  answer: submissionAccepted,
  async handle({ gateway, channel, header, setHeader }, { body: bytes }) {
    const idempotencyKey = header('idempotency-key').trim();
    if (idempotencyKey === '' || idempotencyKey.length > 255) {
      throw new GatewayError(
        'INVALID_REQUEST',
        'Send the header Idempotency-Key: a new value of up to 255 characters for each document, the same one when you repeat a call.',
      );
    }
    const { syntax, extension } = checkMediaType(header('content-type'), bytes);
    if (syntax === 'json') requireCanonical(bytes);
    const accepted = await gateway.receiveSubmission({
      ...channel,
      channel: 'http',
      name: `${idempotencyKey.replaceAll(/[^\w.-]+/g, '-').slice(0, 100)}.${extension}`,
      bytes,
      idempotencyKey,
    });
    const statusUrl = `/partner-api/v1/submissions/${accepted.id}`;
    setHeader('Location', statusUrl);
    return { ...accepted, statusUrl };
  },
});

/** A program's mistake is told at once, with every field that is wrong. */
function requireCanonical(bytes: Uint8Array): void {
  const { document, findings } = checkDocument(parseJson(bytes));
  if (document !== undefined) return;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  throw new GatewayError(
    'INVALID_REQUEST',
    `This is not a canonical document: ${findings[0]!.message}${more}.`,
    {
      details: { findings },
    },
  );
}
