import { instantAt } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import type { LocalDate } from '../../common/time.ts';
import type { PipelineContext } from '../../pipeline/context.ts';
import type { Store } from '../../pipeline/ports/store.ts';
import type { ErpLinkRecord } from '../../pipeline/records.ts';
import type { OdooClient } from '../client/odoo-client.ts';
import { fromInstant } from '../odoo-date.ts';
import type { ReadCursor } from './changed-orders.ts';
import { textOf } from './row-values.ts';

const ID = 'cursor:odoo';

/** Before any order of any Odoo. */
const BEGINNING = '2000-01-01 00:00:00';

/** How far Odoo was read, without asking it; undefined before the first reading. */
export async function readKnownCursor(store: Store): Promise<ReadCursor | undefined> {
  return (await store.get('erpLinks', ID))?.data as ReadCursor | undefined;
}

/**
 * How far Odoo was read. The first time: from the beginning of the day of the settings in `zone`, or from the newest order that
 * there is.
 */
export async function readCursor(
  { store }: Pick<PipelineContext, 'store'>,
  client: OdooClient,
  { ordersSince, zone }: { ordersSince: LocalDate | undefined; zone: string },
): Promise<{ cursor: ReadCursor; record: ErpLinkRecord | undefined }> {
  const record = await store.get('erpLinks', ID);
  const wanted = ordersSince === undefined ? undefined : fromInstant(instantAt(ordersSince, '00:00', zone));
  if (record !== undefined) {
    const cursor = record.data as unknown as ReadCursor;
    // Earlier releases took the day in UTC: orders of the hours between went out some other way, and must not go out now.
    const isKept = wanted === undefined || cursor.since === `${ordersSince} 00:00:00`;
    const since = isKept ? cursor.since : wanted;
    // An earlier day than before: what was passed over then is read now.
    return { cursor: { since, readTo: since < cursor.since ? {} : cursor.readTo }, record };
  }
  if (wanted !== undefined) return { cursor: { since: wanted, readTo: {} }, record };
  const [newest] = await client.searchRead('purchase.order', {
    domain: [],
    fields: ['write_date'],
    order: 'write_date desc',
    limit: 1,
  });
  return { cursor: { since: textOf(newest?.['write_date']) ?? BEGINNING, readTo: {} }, record };
}

/** When another process has kept its own meanwhile (CONFLICT) this one's is dropped: both have read everything up to theirs. */
export async function saveCursor(
  { store, clock }: Pick<PipelineContext, 'store' | 'clock'>,
  cursor: ReadCursor,
  known: ErpLinkRecord | undefined,
): Promise<void> {
  const data = { ...cursor };
  if (known !== undefined && JSON.stringify(known.data) === JSON.stringify(data)) return;
  const record: ErpLinkRecord = {
    id: ID,
    revision: known?.revision ?? 0,
    kind: 'cursor',
    erpId: '',
    updatedAt: clock.now(),
    data,
  };
  await store
    .commit([{ op: known === undefined ? 'insert' : 'update', collection: 'erpLinks', record }])
    .catch((error: unknown) => {
      if (!(error instanceof GatewayError) || error.code !== 'CONFLICT') throw error;
    });
}
