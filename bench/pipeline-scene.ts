import { invariant } from '../src/common/invariant.ts';
import type { ArchiveEntry, CommitOptions, Operation, Store } from '../src/pipeline/ports/store.ts';
import { orderTo, responseTo } from '../test/support/documents.ts';
import type { PartnerId } from '../test/support/documents.ts';
import { createWorld, ERP, REPOSITORY, TestGateway } from '../test/support/gateway.ts';
import type { Configuration, World } from '../test/support/gateway.ts';

const PARTNER: PartnerId = 'northwind-hardware';
/** Further partners, each a copy of that one under another name and identity. */
const COPIES = 40;
/** An order response of so many lines has about 2 KB. */
const LINES = 12;
const WORKERS = 32;

export interface Waiting {
  partnerId: string;
  name: string;
  bytes: Uint8Array;
}

/** A whole gateway on a store, with partners in memory; tells when each file has been decided. */
export class PipelineScene {
  readonly #world: World;
  readonly #gateway: TestGateway;
  readonly #decisions: Decisions;
  #orders = 0;

  private constructor(world: World, gateway: TestGateway, decisions: Decisions) {
    this.#world = world;
    this.#gateway = gateway;
    this.#decisions = decisions;
  }

  static async open(store: Store): Promise<PipelineScene> {
    const decisions = new Decisions();
    const configuration = withCopies(REPOSITORY);
    const world: World = { ...createWorld(configuration), store: decisions.observe(store) };
    const gateway = await TestGateway.start({ configuration, concurrency: WORKERS }, world);
    return new PipelineScene(world, gateway, decisions);
  }

  /** Responses of one partner to as many new orders, which are released and sent before. */
  makeFiles(count: number): Promise<Waiting[]> {
    return this.#make(count, () => PARTNER);
  }

  /** The same of many partners in turn. */
  makeFilesOfMany(count: number): Promise<Waiting[]> {
    return this.#make(count, (index) => copyName(index % COPIES));
  }

  async #make(count: number, partnerOf: (index: number) => string): Promise<Waiting[]> {
    const files: Waiting[] = [];
    for (let made = 0; made < count; made += 1) {
      const partnerId = partnerOf(made);
      const id = `PO-${(this.#orders += 1)}`;
      const lines = Array.from({ length: LINES }, (_, index) => [String(10 + index), '10.00'] as const);
      const order = orderTo(PARTNER, id, lines);
      const seller = { ...order.seller, id: supplierId(partnerId) };
      await this.#gateway.gateway.releaseOrder({ ...order, seller }, ERP);
      const response = { ...responseTo(order), seller, id: `R-${id}` };
      files.push({
        partnerId,
        name: `${id}.edi`,
        bytes: this.#gateway.supplier(partnerId).write(response),
      });
    }
    await this.idle();
    return files;
  }

  /** Hands a file over as a channel does; resolves once it is decided and committed. */
  async process(file: Waiting): Promise<void> {
    const { id } = await this.#gateway.gateway.receiveFile({
      ...file,
      channel: 'bench',
      sourceKey: file.name,
    });
    await this.#decisions.of(id);
  }

  /** Everything that can be done now is done. */
  idle(): Promise<void> {
    return this.#gateway.settle();
  }

  async countRejected(): Promise<number> {
    return this.#world.store.count('files', { direction: 'inbound', status: { in: ['rejected', 'failed'] } });
  }

  async close(): Promise<void> {
    await this.#gateway.close();
  }
}

/** Sees in the commits of a store which files have been decided. */
class Decisions {
  readonly #decided = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  of(fileId: string): Promise<void> {
    if (this.#decided.delete(fileId)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.set(fileId, resolve);
    });
  }

  observe(store: Store): Store {
    return observeCommits(store, (operations) => {
      for (const operation of operations) this.#see(operation);
    });
  }

  #see(operation: Operation): void {
    if (operation.op !== 'update' || operation.collection !== 'files') return;
    const { id, direction, status } = operation.record;
    if (direction !== 'inbound' || status === 'received') return;
    const told = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (told === undefined) this.#decided.add(id);
    else told();
  }
}

/** The same store; `onCommit` hears of every commit that is done. */
export function observeCommits(
  store: Store,
  onCommit: (operations: readonly Operation[], archive: readonly ArchiveEntry[]) => void,
): Store {
  const commit = async (
    operations: readonly Operation[],
    archive: readonly ArchiveEntry[] = [],
    options?: CommitOptions,
  ): Promise<void> => {
    await store.commit(operations, archive, options);
    onCommit(operations, archive);
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'commit') return commit;
      const value: unknown = Reflect.get(target, name);
      invariant(typeof value === 'function', `${String(name)} is a method of a store`);
      return (value as (...args: unknown[]) => unknown).bind(target);
    },
  });
}

function copyName(index: number): string {
  return `copy-${String(index).padStart(2, '0')}`;
}

function supplierId(partnerId: string): string {
  return partnerId === PARTNER ? 'NORTHWIND' : partnerId.toUpperCase();
}

/** The configuration with 40 more partners. */
export function withCopies({ partners, maps }: Configuration): Configuration {
  const original = partners.find(({ path }) => path === `${PARTNER}/partner.yaml`);
  invariant(original !== undefined, 'the partner that is copied is there');
  const copies = Array.from({ length: COPIES }, (_, index) => {
    const name = copyName(index);
    const text = original.text
      .replace(`partner: ${PARTNER}`, `partner: ${name}`)
      .replace('supplierId: NORTHWIND', `supplierId: ${supplierId(name)}`)
      .replaceAll('6125550142', String(6_125_551_000 + index))
      .replaceAll('081466849', String(81_467_000 + index));
    return { path: `${name}/partner.yaml`, text };
  });
  return { partners: [...partners, ...copies], maps };
}
