import type { LimitedDisk } from './limited-disk.ts';
import type { GatewayNode } from './node.ts';
import type { StoreProxy } from './store-proxy.ts';

export interface Victims {
  nodes: readonly GatewayNode[];
  /** Only where the store is a server. */
  proxy: StoreProxy | undefined;
  /** Only where this machine lets us have one. */
  disk: LimitedDisk | undefined;
  /** Uniform over 0 to 1. */
  random: () => number;
}

export interface Fault {
  name: string;
  /** Relative to the others. */
  weight: number;
  possible: (victims: Victims) => boolean;
  /** Does the harm and mends it; resolves when every node runs again. */
  strike: (victims: Victims) => Promise<void>;
}

/** Longer than a lease lives without a heartbeat: the frozen node wakes up with leases that others have taken over. */
const BEYOND_LEASE_MS = 40_000;
/** Of the other nodes' clocks: to them the leases of a frozen one have ended. */
const PAST_LEASE_MS = 60_000;
const SLOW_WRITES = 25;
const CLOCK_STEPS_MS = [-90_000, -5_000, 5_000, 90_000];

const FAULTS: readonly Fault[] = [
  {
    name: 'kill',
    weight: 12,
    possible: () => true,
    strike: async ({ nodes, random }) => {
      const node = pick(nodes, random);
      await node.kill();
      await pause(random() * 1_000);
      await node.start();
    },
  },
  {
    name: 'killAll',
    weight: 2,
    possible: ({ nodes }) => nodes.length > 1,
    strike: async ({ nodes }) => {
      await Promise.all(nodes.map((node) => node.kill()));
      await Promise.all(nodes.map((node) => node.start()));
    },
  },
  {
    name: 'freeze',
    weight: 1,
    possible: ({ nodes }) => nodes.length > 1,
    strike: async ({ nodes, random }) => {
      const node = pick(nodes, random);
      node.freeze();
      await pause(BEYOND_LEASE_MS);
      node.thaw();
    },
  },
  {
    name: 'clock',
    weight: 2,
    possible: () => true,
    strike: async ({ nodes, random }) => {
      const node = pick(nodes, random);
      await node.setClock(pick(CLOCK_STEPS_MS, random));
      await pause(3_000);
      await node.setClock(0);
      await pause(1_000);
    },
  },
  {
    name: 'storeGone',
    weight: 1,
    possible: ({ proxy }) => proxy !== undefined,
    strike: async ({ proxy, random }) => {
      proxy!.cut();
      await pause(2_000 + random() * 58_000);
      proxy!.mend();
    },
  },
  {
    name: 'sameLease',
    weight: 3,
    possible: ({ nodes }) => nodes.length > 1,
    strike: async ({ nodes, random }) => {
      const node = pick(nodes, random);
      const others = nodes.filter((other) => other !== node);
      node.freeze();
      await Promise.all(others.map((other) => other.setClock(PAST_LEASE_MS)));
      await pause(3_500);
      node.thaw();
      await pause(2_000);
      await Promise.all(others.map((other) => other.setClock(0)));
    },
  },
  {
    name: 'diskFull',
    weight: 2,
    possible: ({ disk }) => disk !== undefined,
    strike: async ({ nodes, disk, random }) => {
      const killed = random() < 0.3 ? pick(nodes, random) : undefined;
      await disk!.fill();
      await pause(1_000 + random() * 9_000);
      await killed?.kill();
      disk!.free();
      await killed?.start();
    },
  },
  {
    name: 'slowDisk',
    weight: 2,
    possible: ({ disk }) => disk !== undefined,
    strike: async ({ disk, random }) => {
      for (let write = 0; write < SLOW_WRITES; write += 1) {
        await disk!.hold();
        await pause(50 + random() * 500);
        await disk!.release();
        await pause(random() * 20);
      }
    },
  },
  {
    name: 'lostReplies',
    weight: 4,
    possible: ({ proxy }) => proxy !== undefined,
    strike: async ({ proxy, random }) => {
      await proxy!.loseReplies(20 + random() * 300);
    },
  },
];

/** Faults that are possible here and have not struck yet. */
export function missingFaults(victims: Victims, struck: ReadonlyMap<string, number>): Fault[] {
  return FAULTS.filter((fault) => fault.possible(victims) && !struck.has(fault.name));
}

/** Each of the faults that are possible once, then one by weight. `struck`: how often each has struck. */
export function chooseFault(victims: Victims, struck: ReadonlyMap<string, number>): Fault {
  const missing = missingFaults(victims, struck);
  if (missing.length > 0) return pick(missing, victims.random);
  const possible = FAULTS.filter((fault) => fault.possible(victims));
  let rest = victims.random() * possible.reduce((total, { weight }) => total + weight, 0);
  return possible.find(({ weight }) => (rest -= weight) < 0) ?? possible[0]!;
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)]!;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
