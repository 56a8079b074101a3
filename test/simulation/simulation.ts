import { instantMs, toInstant } from '../../src/common/calendar.ts';
import { GatewayError } from '../../src/common/errors.ts';
import { wakeSnoozed } from '../../src/pipeline/exceptions/exception-actions.ts';
import { publishEvents } from '../../src/pipeline/orders/publish-events.ts';
import { BUYER, createWorld, REPOSITORY, TestGateway } from '../support/gateway.ts';
import type { Configuration, World } from '../support/gateway.ts';
import { Breakdown } from './breakdown.ts';
import { Courier } from './courier.ts';
import { findGivenUp } from './given-up.ts';
import { Checker } from './invariants/checker.ts';
import { observeStore } from './observed-store.ts';
import type { Random } from './random.ts';
import type { Script, Step } from './step.ts';

const MINUTE_MS = 60_000;

/** Long enough for every retry to have had its turn, once everybody can be reached again. */
const REST_MINUTES = 3 * 24 * 60;

/** Answers of the gateway that a person or an ERP may get for something that is not possible (any more). */
const REFUSALS: ReadonlySet<string> = new Set(['INVALID_REQUEST', 'NOT_FOUND', 'CONFLICT', 'FORBIDDEN']);

export interface SimulationOptions {
  configuration?: Configuration;
  /** Work items done at the same time. */
  concurrency?: number;
  /** What happens to files on their way; without it they arrive as they are. */
  way?: Random;
  /** Called with every line of the log. */
  log?: (line: string) => void;
}

interface Actor {
  name: string;
  script: Script;
  /** In true time, which our clock may not show. */
  atMs: number;
  order: number;
}

/** A whole gateway on virtual time, with everybody who deals with it. One thing happens after the other. */
export class Simulation {
  readonly world: World;
  readonly #options: SimulationOptions;
  readonly #checker = new Checker();
  readonly #courier: Courier;
  readonly #actors: Actor[] = [];
  #configuration: Configuration;
  #gateway!: TestGateway;
  #breakdown = new Breakdown();
  #trueMs: number;
  #downMinutes = 0;
  #playing = 0;
  #added = 0;
  steps = 0;
  crashes = 0;
  /** What was found broken; the simulation ends with the first step that breaks something. */
  readonly violations: string[] = [];

  private constructor(options: SimulationOptions) {
    this.#configuration = options.configuration ?? REPOSITORY;
    const world = createWorld(this.#configuration);
    this.world = { ...world, store: observeStore(world.store, this.#checker.seeCommit) };
    this.#options = options;
    this.#courier = new Courier(this.#checker.seeDrop, options.way);
    this.#trueMs = instantMs(world.time.now());
  }

  static async open(options: SimulationOptions = {}): Promise<Simulation> {
    const simulation = new Simulation(options);
    await simulation.#start();
    return simulation;
  }

  /** Somebody who begins to play after so many minutes. Whoever is `around` plays only as long as there is a play. */
  add(name: string, script: Script, afterMinutes = 0, around = false): void {
    if (!around) this.#playing += 1;
    this.#actors.push({
      name,
      script: around ? script : this.#counted(script),
      atMs: this.#trueMs + afterMinutes * MINUTE_MS,
      order: (this.#added += 1),
    });
  }

  get goesOn(): boolean {
    return this.#playing > 0;
  }

  /** Plays until everybody has played, everything has come to rest, or something is broken. */
  async run(): Promise<void> {
    try {
      for (let actor = this.#next(); actor !== undefined; actor = this.#next()) {
        await this.#moveTo(actor.atMs);
        if (this.violations.length > 0) return;
        await this.#play(actor);
        if (this.violations.length > 0) return;
      }
      await this.#rest();
    } catch (error) {
      this.#break([
        `an error that nobody expected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ]);
    }
  }

  async close(): Promise<void> {
    this.#breakdown.arm(Infinity);
    await this.#gateway.close();
  }

  *#counted(script: Script): Script {
    yield* script;
    this.#playing -= 1;
  }

  #next(): Actor | undefined {
    let first: Actor | undefined;
    for (const actor of this.#actors) {
      if (
        first === undefined ||
        actor.atMs < first.atMs ||
        (actor.atMs === first.atMs && actor.order < first.order)
      )
        first = actor;
    }
    return first;
  }

  async #play(actor: Actor): Promise<void> {
    const { value: step, done } = actor.script.next();
    if (done === true) {
      this.#actors.splice(this.#actors.indexOf(actor), 1);
      return;
    }
    if (step.kind === 'wait') {
      actor.atMs = this.#trueMs + step.minutes * MINUTE_MS;
      return;
    }
    this.steps += 1;
    const note = await this.#perform(step);
    this.#log(actor.name, note);
    await this.#settle();
    await this.#check();
  }

  /** Returns what is to be read of it in the log. */
  async #perform(step: Exclude<Step, { kind: 'wait' }>): Promise<string> {
    switch (step.kind) {
      case 'send': {
        const { note, later } = this.#courier.carry(this.world, step.partnerId, step.files(this.world));
        for (const script of later) this.add('way', script);
        return note === '' ? step.text : `${step.text}; ${note}`;
      }
      case 'outside':
        step.act(this.world);
        return step.text;
      case 'setClock':
        this.world.time.advance(step.minutes * MINUTE_MS);
        return `our clock is set ${step.minutes > 0 ? 'forward' : 'back'} by ${Math.abs(step.minutes)} minutes`;
      case 'configure':
        this.#configuration = step.configuration;
        this.#breakdown.end();
        return step.text;
      case 'crash':
        this.#downMinutes = step.downMinutes;
        if (step.points === 0) this.#breakdown.end();
        else this.#breakdown.arm(step.points);
        return step.points === 0
          ? 'the process ends'
          : `the process will end at point ${step.points} from here`;
      case 'ask': {
        const refusal = await this.#survive(async () => {
          try {
            await step.run(this.#gateway);
            return '';
          } catch (error) {
            if (!(error instanceof GatewayError && REFUSALS.has(error.code))) throw error;
            return ` (refused: ${error.code})`;
          }
        });
        return `${step.text}${refusal}`;
      }
    }
  }

  /** The process lives on, everything is reachable, and time passes until nothing is left to be done. */
  async #rest(): Promise<void> {
    this.#breakdown.arm(Infinity);
    for (const channel of [...this.world.channels.values(), this.world.erp]) channel.failure = undefined;
    await this.#moveTo(this.#trueMs + REST_MINUTES * MINUTE_MS);
    await this.#redriveDead();
    if (this.violations.length === 0) this.#break(await this.#checker.check(this.world, true));
  }

  /** What was given up waits for a person, and with it all that stands behind it: each has to be told of, and then goes on. */
  async #redriveDead(): Promise<void> {
    for (;;) {
      const { dead, untold } = await findGivenUp(this.world.store);
      if (dead.length === 0 || this.violations.length > 0) return;
      this.#break(untold.map((key) => `nobody is told that ${key} was given up`));
      for (const id of dead)
        await this.#gateway.gateway.redriveWork(id, 'the other side is there again', BUYER);
      await this.#moveTo(this.#trueMs + REST_MINUTES * MINUTE_MS);
    }
  }

  /** Lets time pass, and looks in on the way whenever something is due. */
  async #moveTo(atMs: number): Promise<void> {
    while (this.#trueMs < atMs && this.violations.length === 0) {
      const untilDue = await this.#survive(() => this.#msUntilDue());
      const step = Math.min(atMs - this.#trueMs, Math.max(untilDue, MINUTE_MS));
      this.#advance(step);
      const fired = await this.#survive(async () => {
        let count = 0;
        let step;
        do {
          step = await this.#gateway.gateway.fireDeadlines();
          count += step.fired;
        } while (step.orders > 0);
        await wakeSnoozed(this.#gateway.context);
        return count;
      });
      await this.#settle();
      if (fired > 0) {
        this.steps += 1;
        this.#log('time', `${fired} deadlines are reached`);
      }
      await this.#check();
    }
  }

  async #msUntilDue(): Promise<number> {
    const { store, time } = this.world;
    const { records } = await store.find('orderTimers', { orderBy: 'dueAt', limit: 1 });
    const delayed = await store.find('work', {
      where: { status: 'delayed' },
      orderBy: 'notBefore',
      limit: 1,
    });
    const due = [records[0]?.dueAt, delayed.records[0]?.notBefore]
      .flatMap((instant) => instant ?? [])
      .sort()[0];
    return due === undefined ? Infinity : instantMs(due) - instantMs(time.now());
  }

  #advance(ms: number): void {
    this.#trueMs += ms;
    this.world.time.advance(ms);
  }

  async #settle(): Promise<void> {
    await this.#survive(() => this.#gateway.settle());
    await this.#survive(() => publishEvents(this.#gateway.context, { deliver: false }));
  }

  /** Does it, and after an end of the process does it again with the next one. */
  async #survive<T>(action: () => Promise<T>): Promise<T> {
    for (;;) {
      const breakdown = this.#breakdown;
      try {
        const result = await Promise.race([action(), breakdown.died]);
        if (!breakdown.happened) return result;
      } catch (error) {
        if (!breakdown.happened) throw error;
      }
      await this.#restart(breakdown);
    }
  }

  async #restart(breakdown: Breakdown): Promise<void> {
    this.crashes += 1;
    this.#gateway.abandon();
    await breakdown.ended();
    const down = this.#downMinutes;
    this.#log(
      'process',
      down === 0 ? 'ends and starts again' : `ends and starts again after ${down} minutes`,
    );
    this.#advance(down * MINUTE_MS);
    this.#downMinutes = 0;
    this.#breakdown = new Breakdown();
    await this.#start();
  }

  async #start(): Promise<void> {
    const { concurrency = 1 } = this.#options;
    const configuration = this.#configuration;
    this.#gateway = await TestGateway.start(
      { configuration, concurrency, crash: this.#breakdown },
      this.world,
    );
  }

  async #check(): Promise<void> {
    this.#break(await this.#checker.check(this.world));
  }

  #break(found: readonly string[]): void {
    this.violations.push(...found);
    for (const text of found) this.#log('BROKEN', text);
  }

  #log(name: string, text: string): void {
    this.#options.log?.(`${toInstant(this.#trueMs)} ${name}: ${text}`);
  }
}
