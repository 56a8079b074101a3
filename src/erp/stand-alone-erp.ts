import { createHash } from 'node:crypto';
import { Batches } from '../common/batches.ts';
import type { Clock } from '../common/time.ts';
import type { Erp, ErpCommand } from '../pipeline/ports/erp.ts';
import type { Store } from '../pipeline/ports/store.ts';
import type { Channel } from '../pipeline/ports/transport.ts';
import type { ErpCommandRecord } from '../pipeline/records.ts';
import { UnitOfWork } from '../pipeline/unit-of-work.ts';
import { retryOnConflict } from '../pipeline/work/retry.ts';

/** The counter behind ErpCommandRecord.number. */
const COUNTER = 'erpCommands';
/** Commands numbered in one commit. */
const MAX_TOGETHER = 100;

export interface StandAloneErpOptions {
  store: Store;
  clock: Clock;
  /** Where commands go as files: the folder channel of `outbox/erp`, or any other. */
  channel: Pick<Channel, 'send'>;
}

/**
 * Any other ERP: every command becomes a numbered record, which the REST API lists, and one canonical JSON file. The record
 * comes first, so that a retry sends the same bytes under the same number.
 */
export class StandAloneErp implements Erp {
  readonly kind = 'standAlone';
  readonly #options: StandAloneErpOptions;
  /** Commands without a number; the counter is given to all of them at once, or they would wait for it one by one. */
  readonly #records = new Batches(MAX_TOGETHER, (commands: readonly ErpCommand[]) =>
    retryOnConflict(() => this.#recordAll(commands)),
  );

  constructor(options: StandAloneErpOptions) {
    this.#options = options;
  }

  async write(command: ErpCommand): Promise<{ reference: string }> {
    const record = await this.#records.ask(command);
    const { number, createdAt } = record;
    const text = `${JSON.stringify({ number, createdAt, ...record.command }, undefined, 2)}\n`;
    const { reference } = await this.#options.channel.send({
      name: erpFileName(command),
      bytes: Buffer.from(text),
      key: `erp/${command.key}`,
    });
    return { reference };
  }

  /** The records of their keys; what has none is numbered in this order, in one commit. */
  async #recordAll(commands: readonly ErpCommand[]): Promise<ErpCommandRecord[]> {
    const unit = new UnitOfWork(this.#options.store);
    const [counter, ...known] = await Promise.all([
      unit.get('counters', COUNTER),
      ...commands.map(({ key }) => unit.get('erpCommands', key)),
    ]);
    const records = new Map(known.flatMap((record) => (record === undefined ? [] : [[record.id, record]])));
    let number = counter?.value ?? 0;
    for (const command of commands) {
      if (records.has(command.key)) continue;
      const createdAt = this.#options.clock.now();
      const record = { id: command.key, revision: 0, number: (number += 1), createdAt, command };
      unit.insert('erpCommands', record);
      records.set(record.id, record);
    }
    const answers = commands.map(({ key }) => records.get(key)!);
    if (unit.isEmpty) return answers;
    const count = { id: COUNTER, revision: counter?.revision ?? 0, value: number };
    if (counter === undefined) unit.insert('counters', count);
    else unit.update('counters', count);
    await unit.commit();
    return answers;
  }
}

/** `<kind>-<key>.json`; a key that is no file name is shortened and told apart by its hash. */
function erpFileName({ kind, key }: ErpCommand): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(key)) return `${kind}-${key}.json`;
  const readable = key.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 100);
  return `${kind}-${readable}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}.json`;
}
