import { stableText } from '../tracking/stable-text.ts';
import type { Instant } from '../common/time.ts';
import type { PipelineContext } from './context.ts';
import type { Actor } from './actor.ts';
import type { Store } from './ports/store.ts';
import type { AuditRecord } from './records.ts';
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
  context: Pick<PipelineContext, 'clock'>,
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
  const hash = hashOf(sequence, content);
  unit.insert('audit', { id: idOf(sequence), revision: 0, ...content, hash });
  const record = { id: HEAD, revision: head?.revision ?? 0, value: { sequence, hash } satisfies Head };
  if (head === undefined) unit.insert('settings', record);
  else unit.update('settings', record);
}

/** Where the log stood at an instant: kept elsewhere, it proves that nothing before it was written anew. */
export interface AuditAnchor {
  sequence: number;
  hash: string;
  at: Instant;
}

/** The anchor of now; undefined while the log is empty. */
export async function anchorAudit({
  store,
  clock,
}: Pick<PipelineContext, 'store' | 'clock'>): Promise<AuditAnchor | undefined> {
  const head = (await store.get('settings', HEAD))?.value as Head | undefined;
  return head === undefined ? undefined : { ...head, at: clock.now() };
}

/**
 * Follows the chain from the first entry to the head, and holds it against anchors. `firstBroken` is the id of the first entry
 * that is edited or missing, or is not the one that was anchored.
 */
export async function verifyAudit(
  store: Store,
  anchors: readonly AuditAnchor[] = [],
): Promise<{ entries: number; firstBroken: string | undefined }> {
  const anchored = new Map(anchors.map(({ sequence, hash }) => [sequence, hash]));
  const head = (await store.get('settings', HEAD))?.value as Head | undefined;
  let entries = 0;
  let previousHash = '';
  let after: string | undefined;
  do {
    const page = await store.find('audit', { limit: 1_000, ...(after !== undefined && { after }) });
    for (const record of page.records) {
      entries += 1;
      const sound =
        record.id === idOf(entries) &&
        record.previousHash === previousHash &&
        record.hash === hashOf(entries, record) &&
        (anchored.get(entries) ?? record.hash) === record.hash;
      if (!sound) return { entries, firstBroken: idOf(entries) };
      previousHash = record.hash;
    }
    after = page.next;
  } while (after !== undefined);
  const { sequence: last, hash } = head ?? { sequence: 0, hash: '' };
  // No entry behind the last one holds its hash: the head does.
  if (entries === last && previousHash !== hash) return { entries, firstBroken: idOf(entries) };
  const whole = entries === last && [...anchored.keys()].every((sequence) => sequence <= entries);
  return { entries, firstBroken: whole ? undefined : idOf(entries + 1) };
}

function idOf(sequence: number): string {
  return String(sequence).padStart(12, '0');
}

function hashOf(sequence: number, entry: Omit<AuditRecord, 'id' | 'revision' | 'hash'>): string {
  const { at, actor, action, subject, details, previousHash } = entry;
  return sha256Of(stableText([sequence, at, actor, action, subject, details, previousHash]));
}
