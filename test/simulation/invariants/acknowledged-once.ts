import type { Store } from '../../../src/pipeline/ports/store.ts';
import { eachRecord } from '../../../src/pipeline/queries/scan.ts';
import type { Invariant, Seen } from './invariant.ts';

interface Numbered {
  drops: number;
  answers: number;
  isAcknowledgment: boolean;
  /** Something else came under this number too: what is answered to it cannot be told from outside. */
  broken: boolean;
  text: string;
}

/**
 * Every group (in EDIFACT: interchange) that a partner sends is answered by one acknowledgment for each time that it was sent,
 * and an acknowledgment never by another one; or a person has decided that one is not sent. Read from the bytes on both sides.
 */
export class AcknowledgedOnce implements Invariant {
  /** By partner and control number: interchange and group have the same one here. */
  readonly #received = new Map<string, Numbered>();
  readonly #looked = new Map<string, number>();

  check(seen: Seen): string[] {
    for (const { partnerId, bytes, intact } of seen.drops) this.#note(partnerId, textOf(bytes), intact);
    const broken: string[] = [];
    for (const [partnerId, { deliveries }] of seen.world.channels) {
      for (const { name, bytes } of deliveries.slice(this.#looked.get(partnerId) ?? 0)) {
        for (const number of answeredBy(textOf(bytes))) {
          const key = `${partnerId} ${number}`;
          const received = this.#received.get(key);
          if (received === undefined) continue;
          received.answers += 1;
          if (received.isAcknowledgment && !received.broken)
            broken.push(`${name} acknowledges an acknowledgment`);
          else if (received.answers > received.drops) broken.push(this.#tell(key, received));
        }
      }
      this.#looked.set(partnerId, deliveries.length);
    }
    return broken;
  }

  async atRest({ store }: Seen): Promise<string[]> {
    const missing = [...this.#received]
      .filter(([, { broken, isAcknowledgment }]) => !broken && !isAcknowledgment)
      .filter(([, { drops, answers }]) => answers !== drops);
    if (missing.length === 0) return [];
    const discarded = await findDiscarded(store);
    return missing
      .filter(([key, { drops, answers }]) => answers + (discarded.get(key) ?? 0) !== drops)
      .map(([key, received]) => this.#tell(key, received));
  }

  #note(partnerId: string, text: string, intact: boolean): void {
    const { numbers, isAcknowledgment } = readHead(text);
    for (const number of numbers) {
      const key = `${partnerId} ${number}`;
      const known = this.#received.get(key) ?? {
        drops: 0,
        answers: 0,
        isAcknowledgment,
        broken: false,
        text,
      };
      const broken = known.broken || !intact || known.text !== text;
      this.#received.set(key, { ...known, drops: known.drops + 1, broken });
    }
  }

  #tell(key: string, { drops, answers }: Numbered): string {
    return `number ${key} came ${drops} times and was acknowledged ${answers} times`;
  }
}

/** How many acknowledgments of a number a person has decided not to send, after all attempts had failed. */
async function findDiscarded(store: Store): Promise<Map<string, number>> {
  const discarded = new Map<string, number>();
  const where = { direction: 'outbound', status: 'failed' } as const;
  for await (const { id, partnerId, sha256 } of eachRecord(store, 'files', { where })) {
    const { records } = await store.find('work', { where: { key: `send/${id}` } });
    if (!records.some(({ history }) => history.at(-1)?.outcome === 'discarded')) continue;
    for (const number of answeredBy(textOf((await store.readArchive(sha256))!))) {
      const key = `${partnerId} ${number}`;
      discarded.set(key, (discarded.get(key) ?? 0) + 1);
    }
  }
  return discarded;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** ISA13 and GS06, or UNB 0020; and whether it holds a 997 or a CONTRL. XML has no numbers. */
function readHead(text: string): { numbers: Set<number>; isAcknowledgment: boolean } {
  const numbers = new Set<number>();
  if (text.startsWith('ISA')) {
    const number = Number(text.split(text[3]!)[13]);
    if (!Number.isNaN(number)) numbers.add(number);
    const group = /GS(.)(..)\1[^]*?\1[^]*?\1\d+\1\d+\1(\d+)\1/.exec(text);
    if (group !== null) numbers.add(Number(group[3]));
    return { numbers, isAcknowledgment: group?.[2] === 'FA' };
  }
  const header = /UNB\+[^']*/.exec(text)?.[0];
  const number = Number(header?.split('+')[5]);
  if (!Number.isNaN(number)) numbers.add(number);
  return { numbers, isAcknowledgment: /UNH\+\w+\+CONTRL/.test(text) };
}

/** Numbers that the file answers by AK1 or UCI. */
function answeredBy(text: string): number[] {
  return [...text.matchAll(/AK1[*|]..[*|](\d+)|UCI\+(\w+)/g)].map(([, group, interchange]) =>
    Number(group ?? interchange),
  );
}
