import type { UnitOfWork } from '../../pipeline/unit-of-work.ts';
import { sha256Of } from '../../pipeline/unit-of-work.ts';
import { isSafeName } from '../file-name.ts';
import type { Agreement } from './agreement.ts';
import type { InboundPart } from './message-security.ts';
import type { As2Station } from './station.ts';

export interface NameTrouble {
  modifier: 'illegal-filename' | 'duplicate-filename';
  reason: string;
}

/**
 * Claims the names of a message's payloads for good, where the agreement wants names as they were sent (Filename Preservation):
 * the first name that cannot be kept, or that was used before, is returned, and nothing of the message may be taken then.
 */
export async function keepNames(
  unit: UnitOfWork,
  { context }: As2Station,
  { partnerId, channel, settings }: Agreement,
  parts: readonly Pick<InboundPart, 'fileName'>[],
): Promise<NameTrouble | undefined> {
  if (settings.accept.fileNames !== 'asSent') return undefined;
  const names = parts.flatMap(({ fileName }) => (fileName === undefined ? [] : [fileName]));
  const illegal = names.find((name) => !isSafeName(name));
  if (illegal !== undefined)
    return { modifier: 'illegal-filename', reason: `The name ${JSON.stringify(illegal)} cannot be kept.` };
  for (const name of names) {
    // Two names that differ in case alone are one on some systems.
    const id = `as2-name|${sha256Of(JSON.stringify([partnerId, channel, name.toLowerCase()]))}`;
    if ((await unit.get('claims', id)) !== undefined)
      return { modifier: 'duplicate-filename', reason: `The name ${JSON.stringify(name)} was used before.` };
    const createdAt = context.clock.now();
    unit.insert('claims', { id, revision: 0, ownerId: partnerId, contentSha256: '', createdAt });
  }
  return undefined;
}
