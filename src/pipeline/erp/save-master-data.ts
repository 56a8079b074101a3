import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import { checkExchangeRate } from '../invoices/exchange-rate.ts';
import type { MasterDataRecord } from '../records.ts';
import { UnitOfWork } from '../unit-of-work.ts';

export type MasterDataEntry = Pick<MasterDataRecord, 'kind' | 'key' | 'data'>;

/** Master data of the ERP, each entry in place of the one with its kind and key. Throws INVALID_REQUEST. */
export async function saveMasterData(
  context: PipelineContext,
  entries: readonly MasterDataEntry[],
  actor: Actor,
): Promise<void> {
  const unit = new UnitOfWork(context.store);
  const updatedAt = context.clock.now();
  for (const entry of entries) {
    if (entry.kind === 'exchangeRate') checkExchangeRate(entry);
    const id = `${entry.kind}:${entry.key}`;
    const known = await unit.get('masterData', id);
    const record = { ...entry, id, revision: known?.revision ?? 0, updatedAt };
    if (known === undefined) unit.insert('masterData', record);
    else unit.update('masterData', record);
  }
  await recordAudit(unit, context, {
    actor,
    action: 'masterData.saved',
    subject: 'masterData',
    details: { keys: entries.map(({ kind, key }) => `${kind}:${key}`) },
  });
  await unit.commit();
}
