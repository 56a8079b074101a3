import path from 'node:path';
import { copyStore } from '../../src/store/copy-store.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { PartnerId } from '../support/documents.ts';
import { writeOrder } from './paper.ts';
import type { LinePlan } from './paper.ts';
import { decideThis } from './people.ts';
import { Random } from './random.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { Simulation } from './simulation.ts';
import { Stage } from './stage.ts';
import { blow, endProcesses } from './weather.ts';

/** One run that can be repeated: the same plan gives the same log. */
export interface Plan {
  seed: number;
  /** Which orders play, by number; others of the same seed are left out. */
  orders: readonly number[];
  /** How many there were before some were left out: what goes wrong around stays the same. */
  of: number;
  /** Nothing goes wrong beside what the parts themselves do. */
  calm?: boolean;
  /** Data folder that gets a copy of the store, to be looked at with `tradelane`. */
  keep?: string;
}

export interface Outcome {
  seed: number;
  orders: number;
  steps: number;
  crashes: number;
  violations: readonly string[];
}

const TODAY = '2026-03-02';
const WANTED = '2026-03-23';

/** Orders come over so many minutes: a few working days. */
const SPREAD_MINUTES = 4 * 24 * 60;

const MIXED = SCENARIOS.filter(({ configuration }) => configuration === undefined);

/** Plays many orders at once, each a case of its own, with whatever goes wrong around them. */
export async function playMany(
  { seed, orders, of, calm = false, keep }: Plan,
  log?: (line: string) => void,
): Promise<Outcome> {
  const shared = (name: string) => Random.of(seed, name);
  const simulation = await Simulation.open({
    concurrency: shared('concurrency').pick([1, 1, 2, 4]),
    ...(calm ? {} : { way: shared('way') }),
    ...(log === undefined ? {} : { log }),
  });
  for (const number of orders) {
    const random = Random.of(seed, 'order', number);
    const scenario = random.pick(MIXED);
    const stage = stageOf(scenario, `PO-${String(number).padStart(6, '0')}`, random);
    const name = `${stage.id} (${scenario.number}, ${stage.partnerId})`;
    simulation.add(name, scenario.play(stage), random.integer(0, SPREAD_MINUTES));
  }
  if (!calm) {
    const goesOn = () => simulation.goesOn;
    simulation.add('weather', blow(shared('weather'), simulation.world, goesOn), 0, true);
    simulation.add('process', endProcesses(shared('process'), goesOn, of), 0, true);
    simulation.add('people', decideThis(shared('people'), goesOn), 0, true);
  }
  await simulation.run();
  if (keep !== undefined) {
    const copy = SqliteStore.open({ file: path.join(keep, 'tradelane.sqlite'), role: 'tool' });
    await copyStore(simulation.world.store, copy);
    await copy.close();
  }
  await simulation.close();
  const { steps, crashes, violations } = simulation;
  return { seed, orders: orders.length, steps, crashes, violations };
}

/** Plays one case alone in good weather; returns the simulation at rest, to be closed. */
export async function playAlone(scenario: Scenario): Promise<{ simulation: Simulation; stage: Stage }> {
  const { configuration } = scenario;
  const simulation = await Simulation.open(configuration === undefined ? {} : { configuration });
  const lines = scenario.lines ?? [
    { quantity: '24', price: '10.00' },
    { quantity: '12', price: '25.50' },
  ];
  const [partnerId] = scenario.partners;
  const stage = new Stage(partnerId, orderFor(partnerId, 'PO-1', lines), Random.of('alone', scenario.what));
  simulation.add('the part', scenario.play(stage));
  await simulation.run();
  return { simulation, stage };
}

function stageOf(scenario: Scenario, id: string, random: Random): Stage {
  const partnerId = random.pick(scenario.partners);
  const some = Array.from({ length: random.integer(1, 4) + 1 }, () => ({
    quantity: String(random.integer(2, 400)),
    price: `${random.integer(1, 90)}.${String(random.integer(0, 99)).padStart(2, '0')}`,
  }));
  return new Stage(partnerId, orderFor(partnerId, id, scenario.lines ?? some), random);
}

function orderFor(partnerId: PartnerId, id: string, lines: readonly LinePlan[]) {
  return writeOrder(partnerId, id, { lines, today: TODAY, wanted: WANTED });
}
