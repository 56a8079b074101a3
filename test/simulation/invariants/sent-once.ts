import type { World } from '../../support/gateway.ts';
import type { Invariant, Seen } from './invariant.ts';

/** A control number stands for one content for ever, and an order or a change reaches its supplier once unless somebody asked for more. */
export class SentOnce implements Invariant {
  readonly #looked = new Map<string, number>();
  readonly #contents = new Map<string, string>();
  /** Documents that are not the first of their order and version. */
  readonly #versions = new Map<string, string>();
  readonly #resends = new Set<string>();

  check(seen: Seen): string[] {
    return [...this.#checkNumbers(seen.world), ...this.#checkVersions(seen)];
  }

  #checkNumbers({ channels }: World): string[] {
    const broken: string[] = [];
    for (const [partnerId, { deliveries }] of channels) {
      for (const { name, bytes } of deliveries.slice(this.#looked.get(partnerId) ?? 0)) {
        const text = Buffer.from(bytes).toString('latin1');
        const number = numberOf(text);
        if (number === undefined) continue;
        const key = `${partnerId} ${number}`;
        if ((this.#contents.get(key) ?? text) !== text)
          broken.push(`control number ${key} went out with two contents, the second in ${name}`);
        this.#contents.set(key, text);
      }
      this.#looked.set(partnerId, deliveries.length);
    }
    return broken;
  }

  #checkVersions(seen: Seen): string[] {
    const broken: string[] = [];
    for (const { id, state } of seen.changed('orders')) {
      for (const { key, documentId } of state.documents) {
        if (documentId === undefined) continue;
        const version = `${id} ${key}`;
        const known = this.#versions.get(version);
        if (known !== undefined && known !== documentId && !this.#resends.has(version)) {
          const asked = seen.commits
            .flat()
            .some(
              (operation) =>
                operation.collection === 'orderEvents' &&
                operation.op === 'insert' &&
                operation.record.orderId === id &&
                (operation.record.event.type === 'resendRequested' ||
                  operation.record.event.type === 'buyerDecided'),
            );
          if (!asked) broken.push(`${version} went out again and nobody asked for it`);
        }
        this.#versions.set(version, documentId);
      }
    }
    return broken;
  }
}

/** Interchange control number of X12 (counted apart for tests) or EDIFACT; XML has none. */
function numberOf(text: string): string | undefined {
  if (text.startsWith('ISA')) {
    const elements = text.split(text[3]!);
    return `${elements[15]} ${elements[13]}`;
  }
  const header = /UNB\+.*?(?=')/s.exec(text)?.[0];
  return header?.split('+')[5];
}
