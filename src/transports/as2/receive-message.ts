import type { As2MessageRecord } from '../../pipeline/channels/as2-message-record.ts';
import { contentSha256, contentSize } from '../../pipeline/ports/file-content.ts';
import type { FileContent } from '../../pipeline/ports/file-content.ts';
import { raiseException } from '../../pipeline/exceptions/exceptions.ts';
import { recordReceived } from '../../pipeline/intake/receive-file.ts';
import { retryOnConflict } from '../../pipeline/work/retry.ts';
import { sha256Of, UnitOfWork } from '../../pipeline/unit-of-work.ts';
import type { Agreement } from './agreement.ts';
import { archiveCertificate } from './archive-certificate.ts';
import { answerRepeat } from './answer-repeat.ts';
import type { Certificate } from './certificate.ts';
import { listAccepted } from './choose-certificates.ts';
import { toFileContent } from './read-content.ts';
import { errorDisposition, failureDisposition, PROCESSED } from './disposition.ts';
import type { Disposition } from './disposition.ts';
import { contentFieldsOf, headerOf } from './headers.ts';
import { plainAnswer } from './http-exchange.ts';
import type { As2Answer, InboundRequest } from './http-exchange.ts';
import type { InboundPart, Layer, Mic } from './message-security.ts';
import { unpackMessage } from './message-security.ts';
import { enqueueReceipt } from './enqueue-receipt.ts';
import { isMessageId } from './as2-id.ts';
import { keepNames } from './keep-names.ts';
import { makeReceipt } from './make-receipt.ts';
import type { ReceiptContent } from './make-receipt.ts';
import { fileNamesOf } from './payload-names.ts';
import { checkReceiptUrl } from './receipt-url.ts';
import { readReceiptRequest } from './receipt-request.ts';
import type { ReceiptRequest } from './receipt-request.ts';
import type { As2Station } from './station.ts';
import { describeCertificate } from './trust/trust-model.ts';
import { verifiersOf } from './verifiers.ts';

/** Bodies of refused messages are kept up to this size, for whoever has to find out why. */
const MAX_REFUSED_BYTES = 10_000_000;

/** What was found in a message, and what is said about it. */
interface Verdict {
  disposition: Disposition;
  /** For the partner. */
  text: string;
  /** For us: why it was refused. */
  trouble?: string;
  layers: readonly Layer[];
  parts: readonly InboundPart[];
  mic?: Mic;
}

interface Arrival {
  station: As2Station;
  agreement: Agreement;
  request: InboundRequest;
  receiptRequest: ReceiptRequest;
  /** Id of its record: the same for the same message of the same sender. */
  id: string;
  messageId: string;
  raw: FileContent;
  /** Of `raw`. */
  sha256: string;
}

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
  const verdict = await openMessage(arrival);
  let latest = known;
  let attempts = 0;
  return retryOnConflict(async () => {
    if (attempts > 0) latest = await station.context.store.get('as2Messages', id);
    attempts += 1;
    return decide(arrival, latest, verdict);
  });
}

/** Modifiers that came with AS2 1.3, which an older sender may not know. */
const REFUSALS = {
  'invalid-message-id': 'The Message-ID is none that RFC 5322 allows. Nothing was delivered.',
  'illegal-filename': 'The name of a file cannot be kept as it is. Nothing was delivered.',
  'duplicate-filename': 'A file of this name was received before. Nothing was delivered.',
} as const;

function refusal(modifier: keyof typeof REFUSALS, reason: string, opened?: Verdict): Verdict {
  const { layers = [], mic } = opened ?? {};
  return {
    disposition: errorDisposition(modifier),
    text: REFUSALS[modifier],
    trouble: `${modifier}: ${reason}`,
    layers,
    parts: [],
    ...(mic !== undefined && { mic }),
  };
}

async function openMessage(arrival: Arrival): Promise<Verdict> {
  const { station, agreement, request, receiptRequest, messageId } = arrival;
  if (receiptRequest.unsupported !== undefined) {
    return {
      disposition: failureDisposition(receiptRequest.unsupported),
      text: 'The receipt that was asked for cannot be made. Nothing was delivered.',
      trouble: `The sender asks for a receipt that we cannot make: ${receiptRequest.unsupported}.`,
      layers: [],
      parts: [],
    };
  }
  const isModern = headerOf(request.headers, 'AS2-Version')?.trim() === '1.3';
  if (isModern && !isMessageId(messageId)) {
    return refusal('invalid-message-id', `${JSON.stringify(messageId)} is no Message-ID.`);
  }
  const at = station.context.clock.now();
  const { accept } = agreement.settings;
  const unpacked = await unpackMessage(
    contentFieldsOf(request.headers),
    request.body,
    {
      decryption: listAccepted(await station.keys.ownKeys(), 'encrypt', at),
      ...(await verifiersOf(station, agreement, at)),
    },
    {
      policy: {
        mustBeSigned: accept.signed,
        mustBeEncrypted: accept.encrypted,
        digests: accept.digests,
        ciphers: accept.ciphers,
      },
      micDigests: receiptRequest.digests.map(({ digest }) => digest),
      ...(isModern && { defaultMicDigest: 'sha256' }),
      limits: { inflatedBytes: accept.maxMegabytes * 1_000_000 },
      // Asked for only where the message does not fit into memory.
      get folder() {
        return request.folder.path;
      },
    },
  );
  const { layers, mic } = unpacked;
  if (unpacked.ok) {
    const text = 'The message was received and stored. This does not say that its content was accepted.';
    return { disposition: PROCESSED, text, layers, parts: unpacked.parts, mic: unpacked.mic };
  }
  return {
    disposition: errorDisposition(unpacked.modifier),
    text: unpacked.text,
    trouble: `${unpacked.modifier}: ${unpacked.reason}`,
    layers,
    parts: [],
    ...(mic !== undefined && { mic }),
  };
}

/** Decides on the record that is known; decided again on its newest state when another copy of the message was faster. */
async function decide(
  arrival: Arrival,
  known: As2MessageRecord | undefined,
  verdict: Verdict,
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

function toReceiptContent(
  { station, agreement, request, receiptRequest }: Arrival,
  { disposition, text, mic }: Verdict,
): ReceiptContent {
  const { headers } = request;
  return {
    station,
    agreement,
    headers,
    receiptRequest,
    disposition,
    text,
    ...(mic !== undefined && { mic }),
  };
}

/** Everything about the message in one commit; then the answer. */
async function commitMessage(
  arrival: Arrival,
  known: As2MessageRecord | undefined,
  verdict: Verdict,
): Promise<As2Answer> {
  const { station, agreement, request, receiptRequest, raw, sha256, id, messageId } = arrival;
  const sizeBytes = contentSize(raw);
  const { context } = station;
  const unit = new UnitOfWork(context.store);
  const accepted = verdict.trouble === undefined;
  const named = accepted ? await keepNames(unit, station, agreement, verdict.parts) : undefined;
  if (named !== undefined)
    return commitMessage(arrival, known, refusal(named.modifier, named.reason, verdict));
  const fileIds = accepted ? await recordFiles(unit, arrival, verdict.parts) : [];
  if (accepted || sizeBytes <= MAX_REFUSED_BYTES) await unit.archiveContent(raw, sha256);
  const mdn = receiptRequest.wanted ? await makeReceipt(toReceiptContent(arrival, verdict)) : undefined;
  const at = context.clock.now();
  const receiptUrl = await receiptUrlOf(unit, arrival);
  const record: As2MessageRecord = {
    id,
    revision: known?.revision ?? 0,
    direction: 'inbound',
    partnerId: agreement.partnerId,
    channel: agreement.channel,
    messageId,
    as2From: agreement.theirs,
    as2To: agreement.ours,
    createdAt: known?.createdAt ?? at,
    status: accepted ? 'received' : 'refused',
    fileId: fileIds[0] ?? '',
    fileIds,
    key: '',
    request: { headers: [...request.headers], sha256, sizeBytes },
    layers: verdict.layers.map(describeLayer),
    mics: verdict.mic === undefined ? [] : [{ algorithm: verdict.mic.digest, value: verdict.mic.value }],
    receiptMode: !receiptRequest.wanted ? 'none' : receiptRequest.deliverTo === undefined ? 'sync' : 'async',
    ...(mdn !== undefined && { receipt: mdn.receipt }),
    certificates: keepCertificates(unit, station, verdict.layers, mdn?.signer),
    notes: known?.notes ?? [],
    attempts: [],
    attemptCount: 0,
    receiptDueAt: '',
    receiptUrl,
    repeats: known?.repeats ?? 0,
    ...(verdict.trouble !== undefined && { trouble: verdict.trouble }),
  };
  if (known === undefined) unit.insert('as2Messages', record);
  else unit.update('as2Messages', record);
  if (receiptUrl !== '') enqueueReceipt(unit, context, record);
  if (!accepted) await tellOfRefusal(unit, arrival, verdict.trouble!);
  unit.afterCommit(context.wake);
  await unit.commit();
  logArrival(arrival, record);
  if (mdn === undefined) return accepted ? plainAnswer(200) : plainAnswer(400, verdict.text);
  if (receiptRequest.deliverTo !== undefined) return plainAnswer(200);
  return { status: 200, headers: mdn.written.headers, body: mdn.written.body };
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

/** Where the asynchronous receipt goes; '' for none, and somebody is told where the address cannot be used. */
async function receiptUrlOf(unit: UnitOfWork, arrival: Arrival): Promise<string> {
  const { station, agreement, receiptRequest, messageId } = arrival;
  if (!receiptRequest.wanted || receiptRequest.deliverTo === undefined) return '';
  const checked = checkReceiptUrl(receiptRequest.deliverTo, agreement.settings);
  if (checked.ok) return checked.url;
  await raiseException(unit, station.context, {
    type: 'TRANSPORT_FAILED',
    subject: { partnerId: agreement.partnerId },
    discriminator: 'as2-receipt-address',
    detail: `The message ${messageId} asks for its receipt at ${receiptRequest.deliverTo}: ${checked.reason} No receipt was sent.`,
  });
  return '';
}

/** A Message-ID that was used for something else: nothing of it is taken, and the first message and its receipt stay. */
async function refuseReuse(arrival: Arrival, known: As2MessageRecord, verdict: Verdict): Promise<As2Answer> {
  const { station, agreement, receiptRequest, messageId } = arrival;
  const { context } = station;
  const refusal: Verdict = {
    ...verdict,
    ...(verdict.trouble === undefined && {
      disposition: errorDisposition('unexpected-processing-error'),
      text: 'A message with this Message-ID and other content was received before. Nothing was delivered.',
    }),
  };
  const detail =
    verdict.trouble ??
    `The Message-ID ${messageId} of ${known.createdAt} came again with other content; it was refused.`;
  const unit = new UnitOfWork(context.store);
  const notes = [...known.notes, { at: context.clock.now(), text: detail }].slice(-20);
  unit.update('as2Messages', { ...known, notes });
  await raiseException(unit, context, {
    type: 'MESSAGE_REFUSED',
    subject: { partnerId: agreement.partnerId, ...(known.fileId !== '' && { fileId: known.fileId }) },
    discriminator: 'as2-message-id',
    detail,
  });
  await unit.commit();
  if (!receiptRequest.wanted || receiptRequest.deliverTo !== undefined) {
    return plainAnswer(409, 'This Message-ID was used before for something else.');
  }
  const { written } = await makeReceipt(toReceiptContent(arrival, refusal));
  return { status: 200, headers: written.headers, body: written.body };
}

async function tellOfRefusal(unit: UnitOfWork, arrival: Arrival, trouble: string): Promise<void> {
  const { station, agreement, messageId } = arrival;
  await raiseException(unit, station.context, {
    type: 'MESSAGE_REFUSED',
    subject: { partnerId: agreement.partnerId },
    detail: `An AS2 message of ${agreement.theirs} was refused, and nothing of it was delivered: ${trouble}. The partner has been told if he asked for a receipt. Message-ID ${messageId}.`,
    evidence: [{ text: `${messageId}: ${trouble}` }],
  });
}

function keepCertificates(
  unit: UnitOfWork,
  station: As2Station,
  layers: readonly Layer[],
  receiptSigner: Certificate | undefined,
): As2MessageRecord['certificates'] {
  const used = layers.flatMap((layer): [string, Certificate][] => {
    if (layer.kind === 'signed') {
      const { signer, authorities = [] } = layer;
      return [
        ['signed by the partner', signer],
        ...authorities.map((each): [string, Certificate] => ['authority of the signer', each]),
      ];
    }
    return layer.kind === 'encrypted' ? [['encrypted for us', layer.recipient]] : [];
  });
  if (receiptSigner !== undefined) used.push(['receipt signed by us', receiptSigner]);
  return used.map(([use, certificate]) => ({
    use,
    fingerprint: certificate.fingerprint,
    sha256: archiveCertificate(unit, station, certificate),
  }));
}

function describeLayer(layer: Layer): string {
  switch (layer.kind) {
    case 'encrypted':
      return `encrypted ${layer.cipher} (${layer.keyTransport})`;
    case 'signed':
      return `signed ${layer.digest} (${layer.scheme}${layer.verifiedOn === 'exact' ? '' : ', verified on its canonical form'})${describeAuthority(layer)}`;
    case 'compressed':
      return 'compressed';
    case 'multipart':
      return `multipart/${layer.subtype} of ${layer.parts}`;
  }
}

/** Of a signer whom the settings do not have. */
function describeAuthority({ signer, authorities }: Extract<Layer, { kind: 'signed' }>): string {
  const authority = authorities?.at(-1);
  if (authority === undefined) return '';
  return ` by ${describeCertificate(signer)}, trusted by the authority ${authority.subject}`;
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
