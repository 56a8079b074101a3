import type { As2MessageRecord } from '../../pipeline/channels/as2-message-record.ts';
import { contentSha256, contentSize } from '../../pipeline/ports/file-content.ts';
import { recordReceived } from '../../pipeline/intake/receive-file.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { sha256Of, UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Agreement } from './agreement.ts';
import { answerRepeat } from './answer-repeat.ts';
import type { Arrival } from './arrival.ts';
import { toArrivalRecord } from './arrival-record.ts';
import { receiptUrlOf, tellOfRefusal } from './arrival-trouble.ts';
import { keepExchange } from './cem/keep-exchange.ts';
import { enqueueReceipt } from './enqueue-receipt.ts';
import { headerOf } from './headers.ts';
import { plainAnswer } from './http-exchange.ts';
import type { As2Answer, InboundRequest } from './http-exchange.ts';
import { keepNames } from './keep-names.ts';
import { makeReceipt } from './make-receipt.ts';
import type { InboundPart, Mic } from './message-security.ts';
import { judgeMessage, refusal, toReceiptContent } from './message-verdict.ts';
import type { MessageVerdict } from './message-verdict.ts';
import { fileNamesOf } from './payload-names.ts';
import { toFileContent } from './read-content.ts';
import { readReceiptRequest } from './receipt-request.ts';
import type { Refusal } from './refusal.ts';
import { refuseReuse } from './refuse-reuse.ts';
import type { As2Station } from './station.ts';

/** Bodies of refused messages are kept up to this size, for whoever has to find out why. */
const MAX_REFUSED_BYTES = 10_000_000;

/**
 * Takes one message: opens and checks it, and commits its bytes, its files with the work on them, and the receipt that we
 * owe, all at once; only then anything is answered. A message that was taken before is answered by the receipt of then.
 */
export async function receiveMessage(
  station: As2Station,
  agreement: Agreement,
  request: InboundRequest,
): Promise<As2Answer> {
  const receiptRequest = readReceiptRequest(request.headers);
  const given = headerOf(request.headers, 'Message-ID')?.trim();
  if ((given === undefined || given === '') && receiptRequest.wanted) {
    return plainAnswer(400, 'The Message-ID is missing: no receipt could say what it is for.');
  }
  const raw = await toFileContent(request.body);
  const sha256 = contentSha256(raw);
  const messageId = given === undefined || given === '' ? `<${sha256}@no-message-id>` : given;
  const id = `in|${sha256Of(JSON.stringify([agreement.theirs, agreement.ours, messageId]))}`;
  const arrival: Arrival = { station, agreement, request, receiptRequest, id, messageId, raw, sha256 };
  const known = await station.context.store.get('as2Messages', id);
  // The same bytes as before need not be opened again.
  if (known?.status === 'received' && known.request.sha256 === sha256) {
    return answerRepeat(station, agreement, { id, headers: request.headers, receiptRequest });
  }
  const verdict = await judgeMessage(arrival);
  let latest = known;
  let attempts = 0;
  return retryOnConflict(async () => {
    if (attempts > 0) latest = await station.context.store.get('as2Messages', id);
    attempts += 1;
    return decide(arrival, latest, verdict);
  });
}

/** Decides on the record that is known; decided again on its newest state when another copy of the message was faster. */
async function decide(
  arrival: Arrival,
  known: As2MessageRecord | undefined,
  verdict: MessageVerdict,
): Promise<As2Answer> {
  const { station, agreement, request, id, receiptRequest } = arrival;
  if (known?.status === 'received') {
    if (verdict.trouble === undefined && isSameContent(known, verdict.mic)) {
      return answerRepeat(station, agreement, { id, headers: request.headers, receiptRequest });
    }
    return refuseReuse(arrival, known, verdict);
  }
  return commitMessage(arrival, known, verdict);
}

function isSameContent({ mics }: As2MessageRecord, mic: Mic | undefined): boolean {
  return mics.some(({ algorithm, value }) => algorithm === mic?.digest && value === mic.value);
}

/** Everything about the message in one commit; then the answer. */
async function commitMessage(
  arrival: Arrival,
  known: As2MessageRecord | undefined,
  verdict: MessageVerdict,
): Promise<As2Answer> {
  const { station, receiptRequest, raw, sha256 } = arrival;
  const { context } = station;
  const unit = new UnitOfWork(context.store);
  const accepted = verdict.trouble === undefined;
  const refused = accepted ? await keepWhatIsOfOne(unit, arrival, verdict) : undefined;
  if (refused !== undefined)
    return commitMessage(arrival, known, refusal(refused.modifier, refused.reason, verdict));
  const isBusiness = accepted && verdict.exchange === undefined;
  const fileIds = isBusiness ? await recordFiles(unit, arrival, verdict.parts) : [];
  if (accepted || contentSize(raw) <= MAX_REFUSED_BYTES) await unit.archiveContent(raw, sha256);
  const receipt = receiptRequest.wanted ? await makeReceipt(toReceiptContent(arrival, verdict)) : undefined;
  const receiptUrl = await receiptUrlOf(unit, arrival);
  const record = toArrivalRecord(unit, arrival, known, { verdict, fileIds, receipt, receiptUrl });
  if (known === undefined) unit.insert('as2Messages', record);
  else unit.update('as2Messages', record);
  if (receiptUrl !== '') enqueueReceipt(unit, context, record);
  if (!accepted) await tellOfRefusal(unit, arrival, verdict.trouble!);
  unit.afterCommit(context.wake);
  await unit.commit();
  logArrival(arrival, record);
  if (receipt === undefined) return accepted ? plainAnswer(200) : plainAnswer(400, verdict.text);
  if (receiptRequest.deliverTo !== undefined) return plainAnswer(200);
  return { status: 200, headers: receipt.written.headers, body: receipt.written.body };
}

/** What of a message may be there once only: names of its files, where that is agreed on, or the certificates that it proposes. */
function keepWhatIsOfOne(
  unit: UnitOfWork,
  arrival: Arrival,
  { parts, exchange }: MessageVerdict,
): Promise<Refusal | undefined> {
  const { station, agreement } = arrival;
  return exchange === undefined
    ? keepNames(unit, station, agreement, parts)
    : keepExchange(unit, arrival, exchange);
}

async function recordFiles(
  unit: UnitOfWork,
  { station, agreement, messageId }: Arrival,
  parts: readonly InboundPart[],
): Promise<string[]> {
  const names = fileNamesOf(parts, messageId);
  const fileIds: string[] = [];
  for (const [index, part] of parts.entries()) {
    const accepted = await recordReceived(unit, station.context, {
      channel: 'as2',
      channelName: agreement.channel,
      partnerId: agreement.partnerId,
      name: names[index]!,
      bytes: await toFileContent(part.content),
      // The record of the message keeps its first file from being taken twice; the others point to the message by this.
      ...(index > 0 && { sourceKey: `${messageId}|${index + 1}` }),
    });
    fileIds.push(accepted.id);
  }
  return fileIds;
}

function logArrival({ station, agreement, request, raw }: Arrival, record: As2MessageRecord): void {
  const fields = {
    messageId: record.messageId,
    partner: agreement.partnerId,
    disposition: record.receipt?.disposition,
    mics: record.mics,
    layers: record.layers,
    sizeBytes: contentSize(raw),
    durationMs: Math.round(performance.now() - request.startedMs),
  };
  if (record.status === 'received') station.context.logger.info(fields, 'An AS2 message was received');
  else station.context.logger.warn({ ...fields, trouble: record.trouble }, 'An AS2 message was refused');
}
