import { GatewayError } from '../../common/errors.ts';
import type { As2MessageRecord } from '../../pipeline/channels/as2-message-record.ts';
import { readReceiptBody } from '../../pipeline/channels/receipt-body.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Agreement } from './agreement.ts';
import { postRequest } from './post-request.ts';
import { postTerms } from './post-terms.ts';
import { PRODUCT } from './product.ts';
import { checkReceiptUrl, resolveReceiptHost } from './receipt-url.ts';
import { findAgreement } from './station.ts';
import type { As2Station } from './station.ts';

const MINUTE_MS = 60_000;

/**
 * Sends the receipt that lies stored with a message to the address that the message has named: the same bytes under the same
 * Message-ID at every attempt. Throws TRANSPORT_*.
 */
export async function sendReceipt(station: As2Station, recordId: string): Promise<void> {
  const { context } = station;
  const message = await context.store.get('as2Messages', recordId);
  if (message?.receipt === undefined || message.receiptUrl === '') return;
  const agreement = findAgreement(station, { ours: message.as2To, theirs: message.as2From });
  if (agreement === undefined) {
    throw new GatewayError(
      'TRANSPORT_REJECTED',
      `The receipt for ${message.messageId} cannot be sent: there is no agreement with ${message.as2From} any more.`,
    );
  }
  const body = await readReceiptBody(context.store, message.receipt);
  if (body === undefined) {
    throw new GatewayError('STORE_CORRUPT', `The bytes of the receipt for ${message.messageId} are gone.`);
  }
  const outcome = await post(station, agreement, message, body);
  const attemptCount = message.attemptCount + 1;
  await retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    const current = (await unit.get('as2Messages', recordId))!;
    const attempts = [...current.attempts, { at: context.clock.now(), outcome: outcome.text }].slice(-20);
    unit.update('as2Messages', { ...current, attempts, attemptCount });
    await unit.commit();
  });
  if (outcome.ok) return;
  const told = `The receipt for the AS2 message ${message.messageId} did not reach ${message.receiptUrl}: ${outcome.text}`;
  const { retryMinutes } = agreement.settings.theirReceipts;
  const pause = outcome.retry ? retryMinutes[(attemptCount - 1) % (retryMinutes.length + 1)] : undefined;
  if (pause === undefined) throw new GatewayError('TRANSPORT_REJECTED', told);
  throw new GatewayError('TRANSPORT_UNAVAILABLE', told, { details: { retryAfterMs: pause * MINUTE_MS } });
}

type Outcome = { ok: boolean; retry: boolean; text: string };

async function post(
  station: As2Station,
  agreement: Agreement,
  message: As2MessageRecord,
  body: Uint8Array,
): Promise<Outcome> {
  try {
    // The settings of today decide, also for a message of yesterday.
    const checked = checkReceiptUrl(message.receiptUrl, agreement.settings);
    if (!checked.ok) return { ok: false, retry: false, text: checked.reason };
    const url = new URL(checked.url);
    const address = await resolveReceiptHost(url.hostname, agreement.settings);
    if (address === undefined) {
      return {
        ok: false,
        retry: false,
        text: 'the host is inside of a private network, which theirReceipts.privateAddresses does not allow.',
      };
    }
    const headers = [['User-Agent', PRODUCT.userAgent] as const, ...message.receipt!.headers];
    const { status } = await postRequest(url, headers, body, {
      ...(await postTerms(station, agreement)),
      address,
    });
    const ok = status >= 200 && status < 300;
    const retry = status === 408 || status === 425 || status === 429 || status >= 500;
    return { ok, retry, text: `HTTP ${status}` };
  } catch (error) {
    if (error instanceof GatewayError && error.retryable === 'later')
      return { ok: false, retry: true, text: error.message };
    if (error instanceof Error && 'syscall' in error) return { ok: false, retry: true, text: error.message };
    throw error;
  }
}
