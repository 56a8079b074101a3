import { recordAudit } from '../audit.ts';
import type { Actor } from '../actor.ts';
import type { Accepted } from '../gateway.ts';
import type { PipelineContext } from '../context.ts';
import { contentSha256, contentSize } from '../ports/file-content.ts';
import type { FileContent } from '../ports/file-content.ts';
import { retryOnConflict } from '../work/retry.ts';
import { enqueue } from '../work/work-queue.ts';
import { sha256Of, UnitOfWork } from '../unit-of-work.ts';

/** A file as a channel or the API hands it over. `sourceKey` tells this pickup from others of the same name. */
export interface ReceivedFile {
  channel: string;
  /** Name of the channel among the partner's channels. */
  channelName?: string;
  partnerId: string;
  name: string;
  bytes: FileContent;
  sourceKey?: string;
}

/**
 * Archives the raw bytes and records the file with the work item that will process it, in one durable commit: only then
 * may the channel take the file off the partner's side. The same pickup handed over again (a crash in between) is the same
 * file. Nothing about the content is decided here.
 */
export function receiveFile(
  context: PipelineContext,
  file: ReceivedFile,
  /** Who hands it in for the partner: a person could write any answer or invoice in the partner's name. */
  handedInBy?: Actor,
): Promise<Accepted> {
  return retryOnConflict(() => receiveOnce(context, file, handedInBy));
}

async function receiveOnce(
  context: PipelineContext,
  file: ReceivedFile,
  actor: Actor | undefined,
): Promise<Accepted> {
  const unit = new UnitOfWork(context.store);
  const accepted = await recordReceived(unit, context, file);
  if (actor !== undefined && !accepted.repeated) {
    await recordAudit(unit, context, {
      actor,
      action: 'file.handedIn',
      subject: `file:${accepted.id}`,
      details: { partnerId: file.partnerId, name: file.name, sha256: contentSha256(file.bytes) },
    });
  }
  await unit.commit();
  return accepted;
}

/** As `receiveFile`, in a commit of the caller's: for a transport that keeps a record of its own with the file. */
export async function recordReceived(
  unit: UnitOfWork,
  context: PipelineContext,
  file: ReceivedFile,
): Promise<Accepted> {
  const { clock, ids } = context;
  const sha256 = contentSha256(file.bytes);
  const sizeBytes = contentSize(file.bytes);
  const sourceKey = file.sourceKey === undefined ? '' : sourceKeyOf(file, sha256);
  const id = ids.next();
  if (sourceKey !== '') {
    // A claim, so that of two nodes which take the same file at the same time only one can.
    const claimId = `pickup|${sha256Of(sourceKey)}`;
    const claim = await unit.get('claims', claimId);
    if (claim !== undefined) return { id: claim.ownerId, repeated: true };
    unit.insert('claims', {
      id: claimId,
      revision: 0,
      ownerId: id,
      contentSha256: sha256,
      createdAt: clock.now(),
    });
  }
  await unit.archiveContent(file.bytes, sha256);
  unit.insert('files', {
    id,
    revision: 0,
    direction: 'inbound',
    partnerId: file.partnerId,
    channel: file.channel,
    ...(file.channelName !== undefined && { channelName: file.channelName }),
    name: file.name,
    sha256,
    sizeBytes,
    createdAt: clock.now(),
    status: 'received',
    sourceKey,
    findings: [],
  });
  unit.add(
    enqueue(context, {
      kind: 'processFile',
      key: `process/${id}`,
      orderingKey: file.partnerId === '' ? '' : `partner:${file.partnerId}`,
      partnerId: file.partnerId,
      payload: { fileId: id },
    }),
  );
  unit.afterCommit(context.wake);
  unit.afterCommit(() => context.onReceived?.({ ...file, sizeBytes }));
  return { id, repeated: false };
}

/** What two channels of a partner hold at the same path are two files. */
function sourceKeyOf(
  { channel, channelName = 'main', partnerId, sourceKey = '' }: ReceivedFile,
  sha256: string,
): string {
  const way = channelName === 'main' ? channel : `${channel}/${channelName}`;
  return `${way}|${partnerId}|${sourceKey}|${sha256}`;
}
