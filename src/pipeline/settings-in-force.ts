import type { Instant } from '../common/time.ts';
import type { PipelineContext } from './context.ts';
import type { Store } from './ports/store.ts';
import { retryOnConflict } from './work/retry.ts';

const ID = 'settings-in-force';

/** The digest of the files that the gateway which was started last has read, and when it was started. */
export interface SettingsInForce {
  sha256: string;
  at: Instant;
}

/** Keeps at a start what was read: files that are changed later count from the next one on. */
export async function recordSettingsInForce(
  { store, clock }: Pick<PipelineContext, 'store' | 'clock'>,
  sha256: string,
): Promise<void> {
  await retryOnConflict(async () => {
    const known = await store.get('settings', ID);
    const value: SettingsInForce = { sha256, at: clock.now() };
    const record = { id: ID, revision: known?.revision ?? 0, value };
    const op = known === undefined ? 'insert' : 'update';
    await store.commit([{ op, collection: 'settings', record }]);
  });
}

/** Undefined where no gateway of this release was started yet. */
export async function loadSettingsInForce(store: Store): Promise<SettingsInForce | undefined> {
  return (await store.get('settings', ID))?.value as SettingsInForce | undefined;
}
