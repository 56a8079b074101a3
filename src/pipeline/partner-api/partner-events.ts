import type { PipelineContext } from '../context.ts';
import type { FileRecord } from '../records.ts';
import { sha256Of } from '../unit-of-work.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** A CloudEvent (version 1.0, JSON format) to a partner's webhook. Fixed when it is made: every attempt sends the same. */
export interface PartnerEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: 'tradelane.document.available' | 'tradelane.submission.changed';
  /** Id of the document or submission. */
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  data: Record<string, unknown>;
}

/** Behind orders and answers. */
const LANE = 3;

/** A file is ready for a partner to fetch. */
export function announceDocument(
  unit: UnitOfWork,
  context: PipelineContext,
  file: FileRecord,
): Promise<void> {
  return announce(unit, context, file, 'tradelane.document.available', `available/${file.id}`, {
    fileName: file.name,
    summary: file.summary ?? '',
    url: `/partner-api/v1/documents/${file.id}`,
  });
}

/** What a partner has handed in was decided, or decided anew. */
export function announceSubmission(
  unit: UnitOfWork,
  context: PipelineContext,
  file: FileRecord,
): Promise<void> {
  const { id, status, findings, summary = '' } = file;
  return announce(unit, context, file, 'tradelane.submission.changed', `submission/${id}/${file.revision}`, {
    status,
    summary,
    findings: findings.length,
    url: `/partner-api/v1/submissions/${id}`,
  });
}

async function announce(
  unit: UnitOfWork,
  context: PipelineContext,
  { id: subject, partnerId, channelName }: FileRecord,
  type: PartnerEvent['type'],
  key: string,
  data: Record<string, unknown>,
): Promise<void> {
  const partner = context.partners.partners.find((candidate) => candidate.partner === partnerId);
  const channel = partner?.channels.find(({ name }) => name === channelName);
  if (channel?.type !== 'http' || !channel.enabled || channel.webhook === undefined) return;
  const workId = `event/${key}`;
  if ((await unit.get('work', workId)) !== undefined) return;
  const event: PartnerEvent = {
    specversion: '1.0',
    id: `evt_${sha256Of(workId).slice(0, 32)}`,
    source: `urn:tradelane:${encodeURIComponent(context.partners.company.company)}`,
    type,
    subject,
    time: context.clock.now(),
    datacontenttype: 'application/json',
    data: { id: subject, ...data },
  };
  unit.add(
    enqueue(context, {
      id: workId,
      kind: 'tellPartner',
      key: workId,
      orderingKey: '',
      partnerId,
      lane: LANE,
      payload: { fileId: subject, channelName, event },
    }),
  );
  unit.afterCommit(context.wake);
}
