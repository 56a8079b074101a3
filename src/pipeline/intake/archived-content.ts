import { GatewayError } from '../../common/errors.ts';
import { IN_MEMORY_BYTES } from '../ports/file-content.ts';
import type { FileContent, LargeContent } from '../ports/file-content.ts';
import type { Store } from '../ports/store.ts';

/** Archived content: in memory up to `inMemoryBytes`. Undefined where the archive does not hold it. */
export function readContent(
  store: Store,
  { sha256, sizeBytes }: { sha256: string; sizeBytes: number },
  inMemoryBytes = IN_MEMORY_BYTES,
): Promise<FileContent | undefined> {
  return sizeBytes <= inMemoryBytes ? store.readArchive(sha256) : findLarge(store, sha256, sizeBytes);
}

async function findLarge(store: Store, sha256: string, sizeBytes: number): Promise<LargeContent | undefined> {
  const found = await store.streamArchive(sha256);
  return found === undefined ? undefined : { sizeBytes, sha256, read: () => readArchived(store, sha256) };
}

async function* readArchived(store: Store, sha256: string): AsyncGenerator<Uint8Array> {
  const pieces = await store.streamArchive(sha256);
  if (pieces === undefined) {
    throw new GatewayError('STORE_CORRUPT', `The archive does not hold ${sha256} any more.`);
  }
  yield* pieces;
}
