import { GatewayError } from '../../common/errors.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import type { Accepted } from '../gateway.ts';
import type { FileRecord } from '../records.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/**
 * Runs an inbound file again from its archived bytes with the partners and maps of today. What was applied stays applied: the
 * claims of its documents are found, and only what is missing happens.
 */
export async function reprocessFile(
  context: PipelineContext,
  fileId: string,
  reason: string,
  actor: Actor,
): Promise<Accepted> {
  const unit = new UnitOfWork(context.store);
  await reprocessInto(unit, context, fileId, reason);
  await recordAudit(unit, context, {
    actor,
    action: 'file.reprocessed',
    subject: `file:${fileId}`,
    details: { reason },
  });
  unit.afterCommit(context.wake);
  await unit.commit();
  return { id: fileId, repeated: false };
}

export async function reprocessInto(
  unit: UnitOfWork,
  context: PipelineContext,
  fileId: string,
  reason: string,
): Promise<void> {
  const file = await unit.get('files', fileId);
  if (file === undefined) throw new GatewayError('NOT_FOUND', `There is no file ${fileId}.`);
  if (file.direction !== 'inbound') {
    throw new GatewayError(
      'INVALID_REQUEST',
      `File ${fileId} went out: it can be sent again, not reprocessed.`,
    );
  }
  refuseErased(file);
  unit.update('files', { ...file, status: 'received' });
  unit.add(
    enqueue(context, {
      kind: 'processFile',
      key: `process/${fileId}/${file.revision}`,
      orderingKey: file.partnerId === '' ? '' : `partner:${file.partnerId}`,
      partnerId: file.partnerId,
      payload: { fileId, reason },
    }),
  );
}

/** Throws INVALID_REQUEST. */
export function refuseErased({ name, erased }: FileRecord): void {
  if (erased === undefined) return;
  throw new GatewayError(
    'INVALID_REQUEST',
    `The bytes of ${name} were erased at ${erased.at} by ${erased.by}: ${erased.reason}.`,
  );
}
