import type { PipelineContext } from '../../pipeline/context.ts';
import type { Gateway } from '../../pipeline/gateway.ts';
import { stableText } from '../../tracking/stable-text.ts';

export type MasterDataEntry = Parameters<Gateway['saveMasterData']>[0][number];

/** Entries in one commit. */
const BATCH = 200;

/** Hands over what the gateway does not have yet, or has otherwise. Returns how many. */
export async function saveChangedEntries(
  { store }: Pick<PipelineContext, 'store'>,
  save: (entries: MasterDataEntry[]) => Promise<void>,
  entries: readonly MasterDataEntry[],
): Promise<number> {
  const changed: MasterDataEntry[] = [];
  for (const entry of entries) {
    const known = await store.get('masterData', `${entry.kind}:${entry.key}`);
    if (known === undefined || stableText(known.data) !== stableText(entry.data)) changed.push(entry);
  }
  for (let start = 0; start < changed.length; start += BATCH) await save(changed.slice(start, start + BATCH));
  return changed.length;
}
