import type { HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import { readAs2Id } from './as2-id.ts';
import type { Agreement } from './agreement.ts';
import { refuseUnauthenticated } from './authenticate.ts';
import { isListedAddress } from '../addresses.ts';
import { headerOf } from './headers.ts';
import { isReceipt } from './read-receipt.ts';
import { receiveMessage } from './receive-message.ts';
import { receiveReceipt } from './receive-receipt.ts';
import { refuseStranger } from './refuse-stranger.ts';
import type { As2Answer, InboundRequest } from './http-exchange.ts';
import { plainAnswer } from './http-exchange.ts';
import { findAgreement } from './station.ts';
import type { As2Station } from './station.ts';

/** Content types that browsers and other programs post, and no AS2 message has at its outside. */
const FOREIGN_TYPES = /^(application\/json|application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/** What is already wrong with the headers, before the body has come. */
export function refuseByHeaders(headers: readonly HeaderLine[]): As2Answer | undefined {
  if (headerOf(headers, 'AS2-From') === undefined || headerOf(headers, 'AS2-To') === undefined) {
    return plainAnswer(400, 'This address takes AS2 messages: AS2-From or AS2-To is missing.');
  }
  const type = headerOf(headers, 'Content-Type');
  if (type === undefined || FOREIGN_TYPES.test(type.trim())) {
    return plainAnswer(400, 'This address takes AS2 messages: the Content-Type is none of them.');
  }
  return undefined;
}

/** The agreement that a request's headers name. */
function agreementOf(station: As2Station, headers: readonly HeaderLine[]): Agreement | undefined {
  return findAgreement(station, {
    ours: readAs2Id(headerOf(headers, 'AS2-To') ?? ''),
    theirs: readAs2Id(headerOf(headers, 'AS2-From') ?? ''),
  });
}

/**
 * As agreementOf, where the request also comes from an address that the agreement lists. Identifiers are no secret: what comes from
 * elsewhere has no more room and patience than a stranger's, until it has shown who has sent it. A receipt may be such.
 */
export function admittedAgreement(
  station: As2Station,
  headers: readonly HeaderLine[],
  remoteAddress: string,
): Agreement | undefined {
  const agreement = agreementOf(station, headers);
  return agreement !== undefined && isListed(agreement, remoteAddress) ? agreement : undefined;
}

function isListed({ settings }: Agreement, remoteAddress: string): boolean {
  const { addresses } = settings.accept;
  return addresses.length === 0 || isListedAddress(remoteAddress, addresses);
}

/** Takes a complete request: a message, or a receipt for one of ours. Throws only for trouble of our own (store, disk). */
export async function receiveRequest(station: As2Station, request: InboundRequest): Promise<As2Answer> {
  const refused = refuseByHeaders(request.headers);
  if (refused !== undefined) return refused;
  const agreement = agreementOf(station, request.headers);
  if (request.body instanceof Uint8Array && isReceipt(request.headers, request.body)) {
    return receiveReceipt(station, agreement, request.headers, request.body);
  }
  if (agreement === undefined) return refuseStranger(station, request.headers);
  if (!isListed(agreement, request.remoteAddress)) {
    station.context.logger.warn(
      { partner: agreement.partnerId, address: request.remoteAddress },
      'An AS2 message came from an address that accept.addresses does not list; it was refused',
    );
    return plainAnswer(403, 'This address may not send here.');
  }
  return (
    (await refuseUnauthenticated(station, agreement, request)) ?? receiveMessage(station, agreement, request)
  );
}
