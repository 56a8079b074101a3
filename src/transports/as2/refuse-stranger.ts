import { instantMs } from '../../common/calendar.ts';
import { raiseException } from '../../pipeline/exceptions/exceptions.ts';
import type { HeaderLine } from '../../pipeline/channels/as2-message-record.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { formatMessageId, readAs2Id } from './as2-id.ts';
import { chooseActive } from './choose-certificates.ts';
import { errorDisposition, failureDisposition } from './disposition.ts';
import { headerOf } from './headers.ts';
import { readReceiptRequest } from './receipt-request.ts';
import { plainAnswer } from './http-exchange.ts';
import type { As2Answer } from './http-exchange.ts';
import { toSignOptions } from './sign-options.ts';
import type { As2Station } from './station.ts';
import { writeMdn } from './write-mdn.ts';

/** Strangers come in crowds: a person is told of them at most so often. */
const TELL_EVERY_MS = 60_000;
const lastTold = new WeakMap<As2Station, number>();

/**
 * No agreement has this pair of identifiers: nothing of the message is read or kept. The sender is told by a synchronous
 * receipt if he asks for one, never by a call of ours to an address that a stranger chose.
 */
export async function refuseStranger(
  station: As2Station,
  headers: readonly HeaderLine[],
): Promise<As2Answer> {
  const { context, settings } = station;
  const theirs = readAs2Id(headerOf(headers, 'AS2-From') ?? '');
  const recipient = headerOf(headers, 'AS2-To') ?? '';
  const ours = readAs2Id(recipient);
  context.logger.warn(
    { as2From: theirs, as2To: ours },
    'An AS2 message between parties without an agreement was refused',
  );
  await tell(station, theirs, ours);
  const request = readReceiptRequest(headers);
  if (!request.wanted || request.deliverTo !== undefined) {
    return plainAnswer(403, 'There is no agreement between these two parties.');
  }
  const at = context.clock.now();
  const signer =
    request.signed && ours === settings.id
      ? chooseActive(await station.keys.ownKeys(), 'sign', at)
      : undefined;
  const written = writeMdn(
    {
      from: ours,
      to: theirs,
      originalRecipient: recipient,
      originalMessageId: headerOf(headers, 'Message-ID'),
      messageId: formatMessageId(context.ids.next(), settings.id),
      at,
      disposition:
        request.unsupported === undefined
          ? errorDisposition(settings.unknownPartner)
          : failureDisposition(request.unsupported),
      text: 'The message was refused: there is no agreement between these two parties. Nothing of it was delivered.',
    },
    signer && toSignOptions(signer, request.digests[0]?.digest ?? 'sha256', at),
  );
  return { status: 200, headers: written.headers, body: written.body };
}

async function tell(station: As2Station, theirs: string, ours: string): Promise<void> {
  const { context } = station;
  const nowMs = instantMs(context.clock.now());
  if (nowMs - (lastTold.get(station) ?? -Infinity) < TELL_EVERY_MS) return;
  lastTold.set(station, nowMs);
  await retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    await raiseException(unit, context, {
      type: 'UNKNOWN_PARTNER',
      subject: {},
      causeKey: 'as2',
      detail: `An AS2 message came from "${theirs}" to "${ours}", and no partner has an AS2 channel with this pair of identifiers (upper and lower case count). It was refused.`,
      evidence: [{ text: `AS2-From ${theirs}, AS2-To ${ours}` }],
    });
    await unit.commit();
  });
}
