import { createHash } from 'node:crypto';
import type { FileRecord } from '../../../src/pipeline/records.ts';
import type { Invariant, Seen } from './invariant.ts';

/** Every file that a partner put in is kept and ends in a verdict; every order leaves; no work is forgotten. */
export class NothingLost implements Invariant {
  /** Drops and files by partner and content. */
  readonly #dropped = new Map<string, number>();
  readonly #files = new Map<string, FileRecord>();
  /** Work items and files that an exception speaks of. */
  readonly #told = new Set<string>();
  readonly #queued = new Map<string, string>();
  readonly #dead = new Map<string, { id: string; kind: string; fileId: unknown; orderingKey: string }>();

  check(seen: Seen): string[] {
    for (const { partnerId, bytes } of seen.drops) {
      const key = `${partnerId} ${createHash('sha256').update(bytes).digest('hex')}`;
      this.#dropped.set(key, (this.#dropped.get(key) ?? 0) + 1);
    }
    for (const file of seen.changed('files')) this.#files.set(file.id, file);
    for (const { workId, fileId, status } of seen.changed('exceptions')) {
      this.#told.add(fileId);
      if (workId === undefined) continue;
      if (status === 'resolved') this.#told.delete(workId);
      else this.#told.add(workId);
    }
    for (const { id, status, kind, payload, orderingKey } of seen.changed('work')) {
      if (status === 'dead') this.#dead.set(id, { id, kind, fileId: payload['fileId'], orderingKey });
      else this.#dead.delete(id);
    }
    for (const { id, state } of seen.changed('orders')) {
      const queued = state.documents.filter(({ status }) => status === 'QUEUED').map(({ key }) => key);
      if (queued.length === 0) this.#queued.delete(id);
      else this.#queued.set(id, queued.join(', '));
    }
    return [];
  }

  async atRest({ store, world }: Seen): Promise<string[]> {
    const broken = [...this.#queued].map(([id, documents]) => `${id} still waits to send ${documents}`);
    const files = [...this.#files.values()];
    const kept = new Map<string, number>();
    for (const { partnerId, sha256, direction } of files) {
      if (direction === 'inbound')
        kept.set(`${partnerId} ${sha256}`, (kept.get(`${partnerId} ${sha256}`) ?? 0) + 1);
    }
    for (const [key, count] of this.#dropped) {
      if (kept.get(key) !== count)
        broken.push(`${key} was put in ${count} times and is on record ${kept.get(key) ?? 0} times`);
    }
    for (const file of files) {
      if (file.status === 'received' || file.status === 'queued')
        broken.push(`file ${file.name} is still ${file.status}`);
      const returned = world.channels.get(file.partnerId)?.errors.has(file.name) === true;
      if (file.status === 'rejected' && !returned && !this.#told.has(file.id))
        broken.push(`nobody was told that file ${file.name} was rejected`);
    }
    for (const { id, kind, fileId } of this.#dead.values()) {
      const told = this.#told.has(id) || this.#files.get(String(fileId))?.status === 'failed';
      if (!told) broken.push(`nobody was told that ${kind} ${id} was given up`);
    }
    // What stands behind a given-up item of its order waits for the person who decides on that one.
    const held = new Set([...this.#dead.values()].map(({ orderingKey }) => orderingKey));
    for (const status of ['ready', 'leased', 'blocked', 'delayed'] as const) {
      const { records } = await store.find('work', { where: { status } });
      const left = records.filter(({ orderingKey }) => status !== 'blocked' || !held.has(orderingKey));
      broken.push(
        ...left.map(({ id, orderingKey }) => `work item ${id} (${orderingKey}) is still ${status}`),
      );
    }
    return broken;
  }
}
