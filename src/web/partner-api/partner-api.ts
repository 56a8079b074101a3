import type Router from '@koa/router';
import type { Context } from 'koa';
import { GatewayError } from '../../common/errors.ts';
import type { Clock } from '../../common/time.ts';
import type { Gateway } from '../../pipeline/gateway.ts';
import { findPartnerToken } from '../../pipeline/access/partner-tokens.ts';
import { handleEndpoint } from '../handle-endpoint.ts';
import { serveOpenApi } from '../openapi.ts';
import { createRateLimit } from '../../common/rate-limit.ts';
import type { RateLimit } from '../../common/rate-limit.ts';
import { acknowledgeDocuments } from './endpoints/acknowledge-documents.ts';
import { downloadDocument } from './endpoints/download-document.ts';
import { listDocuments } from './endpoints/list-documents.ts';
import { postDocument } from './endpoints/post-document.ts';
import { showDocument } from './endpoints/show-document.ts';
import { showSubmission } from './endpoints/show-submission.ts';
import type { PartnerCall, PartnerEndpoint } from './partner-endpoint.ts';

/** Every address of the partner API. */
export const partnerRoutes: readonly PartnerEndpoint[] = [
  postDocument,
  showSubmission,
  listDocuments,
  showDocument,
  downloadDocument,
  acknowledgeDocuments,
];

const INFO = {
  title: 'Tradelane partner API',
  description:
    'For the programs of trading partners: hand documents in, fetch ours. A token is one partner’s and reaches that ' +
    'partner’s documents only. Amounts, prices and quantities are decimal texts; instants are UTC. Anything other than a ' +
    'success is application/problem+json.',
  security: { token: { type: 'http', scheme: 'bearer' } },
};

/** Bytes of a body that is JSON of ours, such as a cursor. */
const JSON_BYTES = 10_000;
/** Of one address with no valid token: guessing is hopeless already, and is to cost us nothing. */
const STRANGERS_PER_MINUTE = 60;

export interface PartnerApiOptions {
  gateway: Gateway;
  clock: Clock;
}

/** Adds the partner API to the router: `/partner-api/v1/…` and its description. */
export function addPartnerApi(router: Router, { gateway, clock }: PartnerApiOptions): void {
  serveOpenApi(router, '/partner-api/openapi.json', partnerRoutes, INFO);
  const limits = new Map<number, RateLimit>();
  const strangers = createRateLimit(STRANGERS_PER_MINUTE);
  for (const endpoint of partnerRoutes) {
    router[endpoint.method](endpoint.path, async (context) => {
      const nowMs = Date.parse(clock.now());
      const caller = await identifyPartner(gateway, context);
      if (caller === undefined) {
        wait(strangers, `address ${context.ip}`, nowMs, context);
        context.set('WWW-Authenticate', 'Bearer realm="tradelane partners"');
        throw new GatewayError('UNAUTHORIZED', 'Send a partner token as "Authorization: Bearer …".');
      }
      const perMinute = caller.call.settings.callsPerMinute;
      const limit = limits.get(perMinute) ?? createRateLimit(perMinute);
      limits.set(perMinute, limit);
      wait(limit, caller.tokenId, nowMs, context);
      const bodies = { jsonBytes: JSON_BYTES, fileBytes: caller.call.settings.maxFileBytes };
      await handleEndpoint(endpoint, context, context.params, caller.call, bodies);
    });
  }
}

/** Whose token the call carries. Throws FORBIDDEN for a partner who may not call. */
async function identifyPartner(
  gateway: Gateway,
  context: Context,
): Promise<{ tokenId: string; call: PartnerCall } | undefined> {
  const bearer = /^Bearer (\S{1,200})$/i.exec(context.get('authorization'))?.[1];
  const token = bearer === undefined ? undefined : await findPartnerToken(gateway.store, bearer);
  if (token === undefined) return undefined;
  const partner = gateway.partners.partners.find((candidate) => candidate.partner === token.partnerId);
  const settings = partner?.channels.find((channel) => channel.type === 'http' && channel.enabled);
  if (partner === undefined || partner.status === 'suspended' || settings?.type !== 'http') {
    throw new GatewayError(
      'FORBIDDEN',
      'This partner has no HTTP API channel at present. Ask whoever gave you the token.',
    );
  }
  const call: PartnerCall = {
    gateway,
    partner,
    settings,
    channel: { partnerId: partner.partner, channelName: settings.name },
    header: (name) => context.get(name),
    setHeader: (name, value) => {
      context.set(name, value);
    },
  };
  return { tokenId: token.id, call };
}

function wait(limit: RateLimit, key: string, nowMs: number, context: Context): void {
  const seconds = limit.take(key, nowMs);
  if (seconds === 0) return;
  context.set('Retry-After', String(seconds));
  throw new GatewayError('RATE_LIMITED', `Too many requests; try again in ${seconds} s.`);
}
