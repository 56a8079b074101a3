import { instantMs, toInstant } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import { readContent as readArchived } from '../../pipeline/intake/archived-content.ts';
import type { As2MessageRecord } from '../../pipeline/channels/as2-message-record.ts';
import type { FileContent } from '../../pipeline/ports/file-content.ts';
import type { DeliveryReceipt, OutboundFile } from '../../pipeline/ports/transport.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Agreement } from './agreement.ts';
import { headerOf } from './headers.ts';
import { judgeReceipt } from './judge-receipt.ts';
import { keepReceipt, receiptTerms } from './keep-receipt.ts';
import { packRequest } from './pack-request.ts';
import { postRequest } from './post-request.ts';
import type { PostAnswer } from './post-request.ts';
import { authorization, postTerms } from './post-terms.ts';
import { readReceipt } from './read-receipt.ts';
import { checkReceiptUrl, resolveReceiptHost } from './receipt-url.ts';
import { refusalText } from './receive-receipt.ts';
import type { As2Station } from './station.ts';
import { verifiersOf } from './verifiers.ts';

const MINUTE_MS = 60_000;
/** Answers that say "not now". */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

interface Sending {
  station: As2Station;
  agreement: Agreement;
}

/**
 * Sends a file as an AS2 message. Its bytes, Message-ID and MIC are committed before the first attempt, and every attempt
 * sends the same, also after a restart. A message that the partner has refused is replaced by a new one when a person has
 * it sent again; one whose fate is not known keeps its Message-ID. Throws TRANSPORT_* and CERTIFICATE_*.
 */
export async function sendMessage(
  station: As2Station,
  agreement: Agreement,
  file: OutboundFile,
): Promise<DeliveryReceipt> {
  const sending = { station, agreement };
  const message = await findOrPack(sending, file);
  const known = settled(message);
  if (known !== undefined) return known;
  const body = await readArchived(station.context.store, message.request);
  if (body === undefined) {
    throw new GatewayError('STORE_CORRUPT', `The bytes of the AS2 message ${message.messageId} are gone.`);
  }
  const startedMs = performance.now();
  const told = {
    messageId: message.messageId,
    partner: agreement.partnerId,
    mics: message.mics,
    layers: message.layers,
    sizeBytes: message.request.sizeBytes,
  };
  const { logger } = station.context;
  try {
    const receipt = await attempt(sending, message, body, file.entity?.url);
    const durationMs = Math.round(performance.now() - startedMs);
    logger.info({ ...told, reference: receipt.reference, durationMs }, 'An AS2 message was sent');
    return receipt;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const durationMs = Math.round(performance.now() - startedMs);
    logger.warn({ ...told, reason, durationMs }, 'An AS2 message was not acknowledged');
    throw error;
  }
}

async function attempt(
  sending: Sending,
  message: As2MessageRecord,
  body: FileContent,
  wantedAt: string | undefined,
): Promise<DeliveryReceipt> {
  const { station, agreement } = sending;
  const tried = await recordAttempt(sending, message.id);
  let answer: PostAnswer;
  try {
    const { url, address } = await targetOf(sending, wantedAt);
    // A password is for the server that it was agreed on for.
    const isUsual = url.origin === new URL(agreement.settings.url).origin;
    const password = isUsual ? await authorization(station, agreement) : [];
    const headers = [...message.request.headers, ...password];
    answer = await postRequest(url, headers, body, {
      ...(await postTerms(station, agreement)),
      ...(address !== undefined && { address }),
    });
  } catch (error) {
    if (error instanceof GatewayError && error.retryable === 'later') {
      throw await laterError(sending, tried, error.message);
    }
    throw error;
  }
  return conclude(sending, tried, answer);
}

/** The address that a message of the partner has named for this one, where the settings allow it; else that of the settings. */
async function targetOf(
  { station, agreement: { partnerId, settings } }: Sending,
  wantedAt: string | undefined,
): Promise<{ url: URL; address?: string }> {
  const usual = new URL(settings.url);
  if (wantedAt === undefined || wantedAt === settings.url) return { url: usual };
  const checked = checkReceiptUrl(wantedAt, settings);
  const isWeaker = usual.protocol === 'https:' && !wantedAt.startsWith('https:');
  const url = checked.ok && !isWeaker ? new URL(checked.url) : usual;
  if (url.href === usual.href) return { url: usual };
  const address = await resolveReceiptHost(url.hostname, settings).catch(() => undefined);
  if (address !== undefined) return { url, address };
  station.context.logger.warn(
    { partner: partnerId, wantedAt },
    'The address that the partner wants his answer at leads nowhere that is allowed; it goes to his usual one',
  );
  return { url: usual };
}

async function findOrPack(sending: Sending, file: OutboundFile): Promise<As2MessageRecord> {
  const { station, agreement } = sending;
  return retryOnConflict(async () => {
    const { records } = await station.context.store.find('as2Messages', {
      where: { key: file.key },
      orderBy: 'createdAt',
      descending: true,
      limit: 1,
    });
    const [newest] = records;
    if (newest !== undefined && newest.status !== 'refused') return newest;
    const unit = new UnitOfWork(station.context.store);
    const message = await packRequest(unit, station, agreement, {
      ...file,
      number: newest === undefined ? 1 : Number(newest.id.split('|').at(-1)) + 1,
      ...(newest !== undefined && { replaces: newest.messageId }),
    });
    unit.insert('as2Messages', message);
    await unit.commit();
    return { ...message, revision: 1 };
  });
}

/** What an earlier attempt has come to. */
function settled(message: As2MessageRecord): DeliveryReceipt | undefined {
  if (message.status === 'acknowledged') {
    const { receipt } = message;
    return { at: receipt?.at ?? message.createdAt, reference: receiptReference(message) };
  }
  if (message.status !== 'awaitingReceipt') return undefined;
  return { at: message.createdAt, reference: message.messageId, receiptAwaited: true };
}

function receiptReference({ receipt, messageId }: As2MessageRecord): string {
  return receipt === undefined ? messageId : `MDN ${receipt.messageId} for ${messageId}`;
}

async function recordAttempt({ station }: Sending, id: string): Promise<As2MessageRecord> {
  return change(station, id, (message) => ({ ...message, attemptCount: message.attemptCount + 1 }));
}

/** Changes the record on its newest state; a receipt that came meanwhile is never overwritten. */
async function change(
  station: As2Station,
  id: string,
  edit: (message: As2MessageRecord, unit: UnitOfWork) => As2MessageRecord,
): Promise<As2MessageRecord> {
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(station.context.store);
    const current = (await unit.get('as2Messages', id))!;
    const next = edit(current, unit);
    unit.update('as2Messages', next);
    await unit.commit();
    return { ...next, revision: current.revision + 1 };
  });
}

async function conclude(
  sending: Sending,
  message: As2MessageRecord,
  answer: PostAnswer,
): Promise<DeliveryReceipt> {
  const { status } = answer;
  if (status >= 200 && status < 300) return concludeAccepted(sending, message, answer);
  const told = `${message.as2To} answered the AS2 message ${message.messageId} by HTTP ${status}`;
  if (LATER.has(status) || status >= 500) {
    throw await laterError(sending, message, `${told}.`, retryAfterMs(sending, answer));
  }
  const redirected =
    status >= 300 && status < 400
      ? ` and a redirect to ${headerOf(answer.headers, 'Location') ?? '?'}, which is never followed`
      : '';
  await note(sending, message, `HTTP ${status}`);
  throw new GatewayError(
    'TRANSPORT_REJECTED',
    `${told}${redirected}. Check the address and the identifiers in the partner’s settings.`,
  );
}

async function concludeAccepted(
  sending: Sending,
  message: As2MessageRecord,
  answer: PostAnswer,
): Promise<DeliveryReceipt> {
  const { station, agreement } = sending;
  const at = station.context.clock.now();
  if (message.receiptMode === 'none') {
    const sent = await change(station, message.id, (current) => ({
      ...current,
      status: 'acknowledged',
      attempts: withAttempt(current, at, `HTTP ${answer.status}`),
    }));
    return { at, reference: sent.messageId };
  }
  const { tolerances } = agreement.settings;
  const inAnswer = message.receiptMode === 'sync' || tolerances.receiptInAnswer;
  const verifiers = await verifiersOf(station, agreement, at);
  const read = inAnswer ? readReceipt(answer.headers, answer.body, verifiers, at) : undefined;
  if (read === undefined) {
    if (message.receiptMode === 'async') return awaitReceipt(sending, message, answer);
    throw await laterError(
      sending,
      message,
      `${message.as2To} took the AS2 message ${message.messageId} (HTTP ${answer.status}) but sent no receipt.`,
    );
  }
  const judgement = judgeReceipt(read, message, receiptTerms(agreement, message));
  if (judgement.verdict === 'untrusted') return distrust(sending, message, judgement.reason);
  const next = await change(station, message.id, (current, unit) => {
    // A receipt came on another connection meanwhile: the first one stays in force.
    if (current.receipt !== undefined) return current;
    const kept = keepReceipt(unit, current, { read, judgement, body: answer.body });
    return { ...kept, attempts: withAttempt(current, at, read.receipt.disposition) };
  });
  if (next.status === 'acknowledged') return { at: next.receipt!.at, reference: receiptReference(next) };
  throw refused(refusalText(next, next.trouble ?? next.receipt!.disposition));
}

/** The partner has the bytes; his receipt comes on a connection of his own. */
async function awaitReceipt(
  { station, agreement }: Sending,
  message: As2MessageRecord,
  answer: PostAnswer,
): Promise<DeliveryReceipt> {
  const at = station.context.clock.now();
  const { waitMinutes } = agreement.settings.receipt;
  const next = await change(station, message.id, (current) => {
    const attempts = withAttempt(current, at, `HTTP ${answer.status}`);
    // The receipt was faster than the answer.
    if (current.receipt !== undefined) return { ...current, attempts };
    return {
      ...current,
      attempts,
      status: 'awaitingReceipt',
      receiptDueAt: toInstant(instantMs(at) + waitMinutes * MINUTE_MS),
    };
  });
  const known = settled(next);
  if (known !== undefined) return known;
  throw refused(refusalText(next, next.trouble ?? ''));
}

/** Something came back that may be anybody's: the message's fate is not known, and a person has to ask the partner. */
async function distrust({ station }: Sending, message: As2MessageRecord, reason: string): Promise<never> {
  const trouble = `the receipt of ${message.as2To} for the AS2 message ${message.messageId} counts for nothing: ${reason}`;
  const at = station.context.clock.now();
  await change(station, message.id, (current) => ({
    ...current,
    status: current.receipt === undefined ? 'unanswered' : current.status,
    trouble,
    attempts: withAttempt(current, at, `a receipt that counts for nothing: ${reason}`),
  }));
  throw refused(
    `${trouble.charAt(0).toUpperCase()}${trouble.slice(1)}. Whether the message was taken is not known; a redrive sends the same bytes again.`,
  );
}

function refused(text: string): GatewayError {
  return new GatewayError('TRANSPORT_REJECTED', text, { details: { exceptionType: 'MDN_NEGATIVE' } });
}

async function note({ station }: Sending, message: As2MessageRecord, outcome: string): Promise<void> {
  const at = station.context.clock.now();
  await change(station, message.id, (current) => ({
    ...current,
    attempts: withAttempt(current, at, outcome),
  }));
}

/** To be tried again by the partner's own schedule, or no more; the attempt is noted at the message. */
async function laterError(
  sending: Sending,
  message: As2MessageRecord,
  text: string,
  atLeastMs = 0,
): Promise<GatewayError> {
  await note(sending, message, text);
  const { minutes } = sending.agreement.settings.retry;
  // A person's redrive begins the schedule anew.
  const pause = minutes[(message.attemptCount - 1) % (minutes.length + 1)];
  if (pause === undefined) {
    return new GatewayError('TRANSPORT_UNAVAILABLE', `${text} It was tried ${minutes.length + 1} times.`, {
      retryable: 'never',
      details: { exceptionType: 'MDN_MISSING' },
    });
  }
  return new GatewayError('TRANSPORT_UNAVAILABLE', text, {
    details: { retryAfterMs: Math.max(pause * MINUTE_MS, atLeastMs) },
  });
}

const MAX_RETRY_AFTER_MS = 24 * 60 * MINUTE_MS;

/** Retry-After in seconds or as a date (RFC 9110 section 10.2.3). */
function retryAfterMs({ station }: Sending, { headers }: PostAnswer): number {
  const value = headerOf(headers, 'Retry-After')?.trim() ?? '';
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - instantMs(station.context.clock.now());
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS) : 0;
}

function withAttempt(message: As2MessageRecord, at: string, outcome: string): As2MessageRecord['attempts'] {
  return [...message.attempts, { at, outcome }].slice(-20);
}
