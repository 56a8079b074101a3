import { createHash, timingSafeEqual } from 'node:crypto';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { GatewayError } from '../common/errors.ts';
import type { Logger } from '../common/log.ts';
import { createRateLimit } from '../common/rate-limit.ts';
import type { Clock } from '../common/time.ts';
import { profileResponse, readCxmlHeader, withoutSharedSecret, writeCxmlResponse } from '../edi/xml/cxml.ts';
import type { CxmlCredential, CxmlHeader, CxmlStatus } from '../edi/xml/cxml.ts';
import { parseXml } from '../edi/xml/index.ts';
import type { ChannelSettings } from '../partners/channel-schema.ts';
import type { Partner } from '../partners/partner-schema.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { Secrets } from '../pipeline/ports/secrets.ts';
import { readBody } from './request-body.ts';

export interface CxmlOptions {
  gateway: Pick<Gateway, 'partners' | 'receiveSubmission'>;
  secrets: Secrets;
  clock: Clock;
  logger: Logger;
}

type CxmlChannelSettings = Extract<ChannelSettings, { type: 'cxml' }>;

interface Caller {
  partner: Partner;
  settings: CxmlChannelSettings;
}

/** What a supplier sends a buyer. */
const TAKEN = ['ConfirmationRequest', 'ShipNoticeRequest', 'InvoiceDetailRequest'];
/** Of one address: a supplier sends a few documents for each order. */
const CALLS_PER_MINUTE = 600;

/** The Header stands within so much of a document: whoever is not known by it has nothing else read. */
const HEADER_BYTES = 65_536;
const HEADER_ELEMENTS = 1_000;

const OK: CxmlStatus = { code: 200, text: 'OK', detail: '' };

/** Thrown inside, told as the Response's status. */
class Refused extends Error {
  readonly status: CxmlStatus;
  constructor(code: number, text: string, detail: string) {
    super(detail);
    this.status = { code, text, detail };
  }
}

/**
 * `POST /cxml`: the documents of every partner with a cxml channel. The From credential says which partner, the shared secret
 * that it is that one. A document is kept durably before the Response 200, without its secret; the same payloadID again is
 * answered as before and does nothing. The answer is always HTTP 200 with a cXML Response, whose status says what happened.
 */
export function addCxml(router: Router, options: CxmlOptions): void {
  const channels = options.gateway.partners.partners.flatMap(channelsOf);
  if (channels.length === 0) return;
  const largest = Math.max(...channels.map(({ maxFileBytes }) => maxFileBytes));
  const calls = createRateLimit(CALLS_PER_MINUTE);
  router.post('/cxml', async (context) => {
    let status: CxmlStatus = OK;
    let profile: ReturnType<typeof profileResponse> | undefined;
    try {
      if (calls.take(context.ip, Date.parse(options.clock.now())) > 0)
        throw new Refused(503, 'Service Unavailable', 'Too many documents; send this one again in a minute.');
      const bytes = await readBody(context.req, largest, {
        bytes: HEADER_BYTES,
        admit: async (beginning) => {
          await identify(options, headerOfBeginning(beginning));
        },
      });
      const header = headerOf(parseXml(bytes));
      const caller = await identify(options, header);
      if (header.type === 'ProfileRequest')
        profile = profileResponse(options.clock.now(), urlOf(context), TAKEN);
      else await take(options, caller, header, bytes);
    } catch (error) {
      status = statusOf(error, options.logger);
      // What was not read must not be taken for the next request.
      if (!context.req.complete) context.set('Connection', 'close');
    }
    const now = options.clock.now();
    context.status = 200;
    context.set('Cache-Control', 'no-store');
    context.type = 'text/xml; charset=utf-8';
    const payloadId = `${context.response.get('X-Request-Id')}@tradelane`;
    context.body = writeCxmlResponse({ payloadId, timestamp: now }, status, profile);
  });
}

/** The credentials, before the document has come as a whole. Throws Refused where they do not stand at its beginning. */
function headerOfBeginning(beginning: Uint8Array): CxmlHeader {
  const [first, second] = beginning;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new Refused(406, 'Not Acceptable', 'Send the document in UTF-8.');
  const text = Buffer.from(beginning).toString('latin1');
  const end = /<\/Header\s*>/.exec(text);
  if (end === null)
    throw new Refused(
      400,
      'Bad Request',
      `Expected a cXML document whose Header ends within ${HEADER_BYTES} bytes.`,
    );
  const header = beginning.subarray(0, end.index + end[0].length);
  return headerOf(
    parseXml(Buffer.concat([header, Buffer.from('</cXML>')]), { maxElements: HEADER_ELEMENTS }),
  );
}

function headerOf({ root, findings }: ReturnType<typeof parseXml>): CxmlHeader {
  const header = root === undefined ? undefined : readCxmlHeader(root);
  if (root === undefined) throw new Refused(400, 'Bad Request', findings[0]!.message);
  if (header === undefined)
    throw new Refused(
      400,
      'Bad Request',
      `Expected a cXML document with a Header, found <${root.qualifiedName}>.`,
    );
  if (header.payloadId === '') throw new Refused(400, 'Bad Request', 'The document has no payloadID.');
  return header;
}

/** Nobody learns whether the credential or the secret was wrong. */
async function identify({ gateway, secrets }: CxmlOptions, header: CxmlHeader): Promise<Caller> {
  for (const partner of gateway.partners.partners) {
    if (!header.from.some((credential) => isCredentialOf(partner, credential))) continue;
    for (const settings of channelsOf(partner)) {
      for (const { secret } of settings.acceptSecrets) {
        if (header.sharedSecret !== '' && isEqual(await secrets.read(secret), header.sharedSecret))
          return { partner, settings };
      }
    }
  }
  throw new Refused(
    401,
    'Unauthorized',
    'The From credential and the shared secret are not those of a partner who may send cXML here.',
  );
}

function channelsOf(partner: Partner): CxmlChannelSettings[] {
  if (partner.status === 'suspended') return [];
  return partner.channels.filter(
    (channel): channel is CxmlChannelSettings =>
      channel.type === 'cxml' && channel.enabled && channel.receive,
  );
}

function isCredentialOf({ xml }: Partner, { domain, identity }: CxmlCredential): boolean {
  return (xml?.identities ?? []).some(
    ({ id, scheme }) =>
      id === identity && (scheme === undefined || scheme.toLowerCase() === domain.toLowerCase()),
  );
}

/** In the same time whatever the difference is. */
function isEqual(expected: string, shown: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(expected), hash(shown));
}

async function take(
  { gateway }: CxmlOptions,
  { partner, settings }: Caller,
  header: CxmlHeader,
  bytes: Uint8Array,
): Promise<void> {
  if (!TAKEN.includes(header.type))
    throw new Refused(450, 'Not Implemented', `${header.type} is not taken here; ${TAKEN.join(', ')} are.`);
  if (bytes.length > settings.maxFileBytes)
    throw new Refused(400, 'Bad Request', `The document is larger than ${settings.maxFileBytes} bytes.`);
  const blanked = withoutSharedSecret(bytes);
  if (blanked === undefined) throw new Refused(406, 'Not Acceptable', 'Send the document in UTF-8.');
  await gateway.receiveSubmission({
    channel: 'cxml',
    channelName: settings.name,
    partnerId: partner.partner,
    name: `${header.type}-${header.payloadId.replaceAll(/[^\w.-]+/g, '-').slice(0, 100)}.xml`,
    bytes: blanked,
    idempotencyKey: header.payloadId,
  });
}

function statusOf(error: unknown, logger: Logger): CxmlStatus {
  if (error instanceof Refused) return error.status;
  if (error instanceof GatewayError) {
    if (error.code === 'KEY_REUSED')
      return {
        code: 409,
        text: 'Conflict',
        detail: 'Another document came with this payloadID. Every document needs its own.',
      };
    if (error.code === 'FILE_TOO_LARGE') return { code: 400, text: 'Bad Request', detail: error.message };
  }
  logger.error({ err: error }, 'a cXML document could not be taken');
  return {
    code: 500,
    text: 'Internal Server Error',
    detail: 'The document could not be kept. Send it again later.',
  };
}

function urlOf(context: Context): string {
  return `${context.protocol}://${context.host}/cxml`;
}
