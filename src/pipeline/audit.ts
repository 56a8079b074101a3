import type { PipelineContext } from './context.ts';
import type { Actor } from './gateway.ts';
import { sha256Of } from './unit-of-work.ts';
import type { UnitOfWork } from './unit-of-work.ts';

const HEAD = 'audit.head';

interface Head {
  sequence: number;
  hash: string;
}

/**
 * Adds an entry to the append-only audit log, in the commit of what it tells of. Each entry holds the hash of the one
 * before: an edit, a removal or a re-ordering breaks the chain. The head is a record like any other, so that two writers
 * at once are a CONFLICT and the later one is decided again.
 */
export async function recordAudit(
  unit: UnitOfWork,
  context: PipelineContext,
  entry: { actor: Actor; action: string; subject: string; details: Record<string, unknown> },
): Promise<void> {
  const head = await unit.get('settings', HEAD);
  const before = (head?.value as Head | undefined) ?? { sequence: 0, hash: '' };
  const sequence = before.sequence + 1;
  const content = {
    at: context.clock.now(),
    actor: entry.actor.name,
    action: entry.action,
    subject: entry.subject,
    details: entry.details,
    previousHash: before.hash,
  };
  const hash = sha256Of(JSON.stringify([sequence, content]));
  unit.insert('audit', { id: String(sequence).padStart(12, '0'), revision: 0, ...content, hash });
  const record = { id: HEAD, revision: head?.revision ?? 0, value: { sequence, hash } satisfies Head };
  if (head === undefined) unit.insert('settings', record);
  else unit.update('settings', record);
}
