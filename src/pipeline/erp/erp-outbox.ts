import { GatewayError } from '../../common/errors.ts';
import type { Page, Store } from '../ports/store.ts';
import type { ErpCommandRecord } from '../records.ts';
import { retryOnConflict } from '../work/retry.ts';

/** How far an ERP has read, by the name of its token. */
function cursorId(reader: string): string {
  return `erpAcknowledged|${reader}`;
}

/** The highest number that the reader has acknowledged; 0 = none. */
export async function readErpCursor(store: Store, reader: string): Promise<number> {
  return (await store.get('counters', cursorId(reader)))?.value ?? 0;
}

/** Commands after a number, in their order. */
export function listErpCommands(store: Store, after: number, limit: number): Promise<Page<ErpCommandRecord>> {
  return store.find('erpCommands', { where: { number: { gt: after } }, orderBy: 'number', limit });
}

/**
 * Notes that a reader has taken over every command up to a number. Numbers below the one noted change nothing. Throws
 * GatewayError INVALID_REQUEST for a number that was never given out.
 */
export function acknowledgeErpCommands(store: Store, reader: string, number: number): Promise<number> {
  return retryOnConflict(async () => {
    const id = cursorId(reader);
    const [known, last] = await Promise.all([
      store.get('counters', id),
      store.get('counters', 'erpCommands'),
    ]);
    if (number > (last?.value ?? 0)) {
      throw new GatewayError(
        'INVALID_REQUEST',
        `There is no command ${number} yet; the last one is ${last?.value ?? 0}.`,
      );
    }
    if (number <= (known?.value ?? 0)) return known?.value ?? 0;
    const record = { id, revision: known?.revision ?? 0, value: number };
    await store.commit([{ op: known === undefined ? 'insert' : 'update', collection: 'counters', record }]);
    return number;
  });
}
