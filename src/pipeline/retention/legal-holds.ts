import { GatewayError } from '../../common/errors.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import type { Store } from '../ports/store.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import type { HoldScope, LegalHoldRecord } from './legal-hold-record.ts';

/** Throws INVALID_REQUEST, and NOT_FOUND where nothing has that name: such a hold would keep nothing. */
export async function placeLegalHold(
  context: PipelineContext,
  { scope, subject, reason }: { scope: HoldScope; subject: string; reason: string },
  actor: Actor,
): Promise<string> {
  if (reason.trim() === '') throw new GatewayError('INVALID_REQUEST', 'A legal hold needs a reason.');
  if ((scope === 'all') !== (subject === ''))
    throw new GatewayError(
      'INVALID_REQUEST',
      'A legal hold is on everything, or on one partner, order or file.',
    );
  if (!(await exists(context, scope, subject)))
    throw new GatewayError(
      'NOT_FOUND',
      `There is no ${scope} "${subject}": a legal hold on it would keep nothing.`,
    );
  const unit = new UnitOfWork(context.store);
  const id = context.ids.next();
  const placedAt = context.clock.now();
  unit.insert('legalHolds', { id, revision: 0, scope, subject, reason, placedBy: actor.name, placedAt });
  await recordAudit(unit, context, {
    actor,
    action: 'hold.placed',
    subject: `legalHold:${id}`,
    details: { scope, subject, reason },
  });
  await unit.commit();
  return id;
}

/** A partner may have left; what it sent is there. */
async function exists(
  { store, partners }: PipelineContext,
  scope: HoldScope,
  subject: string,
): Promise<boolean> {
  switch (scope) {
    case 'all':
      return true;
    case 'order':
      return (await store.get('orders', subject)) !== undefined;
    case 'file':
      return (await store.get('files', subject)) !== undefined;
    case 'partner':
      return (
        partners.partners.some(({ partner }) => partner === subject) ||
        (await store.count('files', { partnerId: subject })) > 0
      );
  }
}

/** Throws NOT_FOUND. */
export async function releaseLegalHold(
  context: PipelineContext,
  id: string,
  reason: string,
  actor: Actor,
): Promise<void> {
  const unit = new UnitOfWork(context.store);
  const hold = await unit.get('legalHolds', id);
  if (hold === undefined) throw new GatewayError('NOT_FOUND', `There is no legal hold ${id}.`);
  unit.add([{ op: 'delete', collection: 'legalHolds', id }]);
  const { scope, subject, placedBy, placedAt } = hold;
  await recordAudit(unit, context, {
    actor,
    action: 'hold.released',
    subject: `legalHold:${id}`,
    details: { reason, scope, subject, placedBy, placedAt },
  });
  await unit.commit();
}

/** All of them: what a hold keeps must not depend on how many there are. */
export function listLegalHolds(store: Store): Promise<LegalHoldRecord[]> {
  return new UnitOfWork(store).findAll('legalHolds', {}, () => true);
}
