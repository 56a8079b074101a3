import { createHash } from 'node:crypto';
import { GatewayError } from '../common/errors.ts';
import type { Clock } from '../common/time.ts';
import type { Erp, ErpCommand } from '../pipeline/ports/erp.ts';
import type { Store } from '../pipeline/ports/store.ts';
import type { Channel } from '../pipeline/ports/transport.ts';
import type { ErpCommandRecord } from '../pipeline/records.ts';

/** The counter behind ErpCommandRecord.number. */
const COUNTER = 'erpCommands';
const MAX_CONFLICTS = 20;

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

  constructor(options: StandAloneErpOptions) {
    this.#options = options;
  }

  async write(command: ErpCommand): Promise<{ reference: string }> {
    const record = await this.#record(command);
    const { number, createdAt } = record;
    const text = `${JSON.stringify({ number, createdAt, ...record.command }, undefined, 2)}\n`;
    const { reference } = await this.#options.channel.send({
      name: erpFileName(command),
      bytes: Buffer.from(text),
      key: `erp/${command.key}`,
    });
    return { reference };
  }

  /** The record of that key, made with the next number when there is none. */
  async #record(command: ErpCommand): Promise<ErpCommandRecord> {
    const { store, clock } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      const known = await store.get('erpCommands', command.key);
      if (known !== undefined) return known;
      const counter = await store.get('counters', COUNTER);
      const number = (counter?.value ?? 0) + 1;
      const record: ErpCommandRecord = {
        id: command.key,
        revision: 0,
        number,
        createdAt: clock.now(),
        command,
      };
      try {
        await store.commit([
          { op: 'insert', collection: 'erpCommands', record },
          counter === undefined
            ? { op: 'insert', collection: 'counters', record: { id: COUNTER, revision: 0, value: number } }
            : { op: 'update', collection: 'counters', record: { ...counter, value: number } },
        ]);
        return record;
      } catch (error) {
        const conflict = error instanceof GatewayError && error.code === 'CONFLICT';
        if (!conflict || attempt >= MAX_CONFLICTS) throw error;
      }
    }
  }
}

/** `<kind>-<key>.json`; a key that is no file name is shortened and told apart by its hash. */
function erpFileName({ kind, key }: ErpCommand): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(key)) return `${kind}-${key}.json`;
  const readable = key.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 100);
  return `${kind}-${readable}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}.json`;
}
