import type { CertificateProposalRecord } from '../../../pipeline/channels/certificate-proposal-record.ts';
import type { UnitOfWork } from '../../../pipeline/unit-of-work.ts';
import { enqueue } from '../../../pipeline/work/work-queue.ts';
import type { Agreement } from '../agreement.ts';
import type { As2Station } from '../station.ts';
import { isUndecided } from './proposals.ts';
import { writeResponse } from './write-exchange.ts';
import type { ExchangeEntity } from './write-exchange.ts';

/**
 * Puts the answer to a request in the line, once the last of its certificates is decided. `proposals`: all of the request, as this unit
 * has inserted or updated them.
 */
export async function queueAnswer(
  unit: UnitOfWork,
  station: As2Station,
  agreement: Agreement,
  proposals: readonly CertificateProposalRecord[],
): Promise<void> {
  const [first] = proposals;
  if (first === undefined || first.fileId !== '' || proposals.some(isUndecided)) return;
  const { requestId, requestKey, responseUrl } = first;
  const heading = { requestId, sender: agreement.ours, at: station.context.clock.now() };
  const entity = writeResponse(
    heading,
    proposals.map(({ status, reason = '', certificate }) => ({
      accepted: status === 'accepted',
      reason,
      certificate,
    })),
  );
  const fileId = queueEntity(unit, station, agreement, {
    id: `cem-${requestKey}`,
    name: 'certificate-answer.eml',
    entity,
    summary: `Answer to the certificate request ${requestId}`,
    ...(responseUrl !== '' && { url: responseUrl }),
  });
  for (const proposal of proposals) {
    // As the decision has just written it.
    const current = (await unit.get('certificateProposals', proposal.id))!;
    unit.update('certificateProposals', { ...current, fileId });
  }
}

/** Records an entity as a file of ours with the work that sends it, durably and as often as needed, like every file. */
export function queueEntity(
  unit: UnitOfWork,
  { context }: As2Station,
  { partnerId, channel, settings }: Agreement,
  {
    id,
    name,
    entity,
    summary,
    url,
  }: { id: string; name: string; entity: ExchangeEntity; summary: string; url?: string },
): string {
  const { contentType, body } = entity;
  unit.insert('files', {
    id,
    revision: 0,
    direction: 'outbound',
    partnerId,
    channel: 'as2',
    channelName: channel,
    name,
    sha256: unit.archive(body),
    sizeBytes: body.length,
    createdAt: context.clock.now(),
    status: 'queued',
    syntax: 'unknown',
    findings: [],
    summary,
    entity: { contentType, ...(url !== undefined && { url }) },
  });
  unit.add(
    enqueue(context, {
      kind: 'sendFile',
      key: `send/${id}`,
      orderingKey: settings.strictSequence ? `send-in-order:${partnerId}:${channel}` : '',
      partnerId,
      payload: { fileId: id },
    }),
  );
  unit.afterCommit(context.wake);
  return id;
}
