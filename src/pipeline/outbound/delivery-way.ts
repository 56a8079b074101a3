import { findOutboundChannel } from '../../partners/outbound-channel.ts';
import type { PipelineContext } from '../context.ts';
import type { FileRecord } from '../records.ts';
import { retryOnConflict } from '../work/retry.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/**
 * The file with the channel that it goes over: the one that was chosen when it was written, or, where the partner had none then, the one
 * that it has for it by now, which is kept. A file never changes from one channel to another: the first may have delivered it.
 */
export async function findWay(context: PipelineContext, file: FileRecord): Promise<FileRecord> {
  if (file.channelName !== '') return file;
  const { records } = await context.store.find('documents', { where: { fileId: file.id }, limit: 1 });
  const partner = context.partners.partners.find((candidate) => candidate.partner === file.partnerId);
  const type = records[0]?.documentType;
  const channel = partner && type !== undefined ? findOutboundChannel(partner, type) : undefined;
  if (channel === undefined) return file;
  const way = { channel: channel.type, channelName: channel.name };
  await retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    const current = await unit.get('files', file.id);
    if (current?.channelName !== '') return;
    unit.update('files', { ...current, ...way });
    await unit.commit();
  });
  return { ...file, ...way };
}

/** Why a file cannot leave, and what to do. */
export function whyNoChannel(
  { partners }: PipelineContext,
  { partnerId, name, channelName = '' }: FileRecord,
): string {
  const partner = partners.partners.find((candidate) => candidate.partner === partnerId);
  if (partner === undefined)
    return `Partner "${partnerId}" is not there, and ${name} is for it: its partner.yaml is gone or wrong (tradelane partner check). Bring it back, restart and redrive.`;
  if (partner.status === 'suspended')
    return `Partner "${partnerId}" is suspended, and ${name} is for it: set status to active in its partner.yaml, restart and redrive.`;
  return channelName === ''
    ? `Partner "${partnerId}" has no channel that sends ${name}: see channels in its partner.yaml.`
    : `${name} is to go over the channel "${channelName}" of partner "${partnerId}", which is off or gone. Bring it back and redrive, or discard this and reissue the document: it goes over the channels of today.`;
}
