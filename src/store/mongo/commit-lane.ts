import { setTimeout as pause } from 'node:timers/promises';
import { WriteConcern } from 'mongodb';
import type { Db, MongoClient } from 'mongodb';
import { GatewayError } from '../../common/errors.ts';
import { applyPlan, PlanMismatch, readRevisions } from './apply-plan.ts';
import { planCommits } from './commit-plan.ts';
import type { CommitPlan, PreparedCommit } from './commit-plan.ts';
import { isTransient } from './mongo-error.ts';
import { inTransaction } from './transaction.ts';

const MAX_GROUP = 100;
const MAX_ATTEMPTS = 30;
const MAX_PAUSE_MS = 250;

const DURABLE = new WriteConcern('majority', undefined, true);
const RELAXED = new WriteConcern(1);

interface Waiting {
  commit: PreparedCommit;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * The commits of this process, one group after the other: what arrives while one is being written goes together into the
 * next transaction, each commit accepted or refused by itself.
 */
export class CommitLane {
  readonly #client: MongoClient;
  readonly #db: Db;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(client: MongoClient, db: Db) {
    this.#client = client;
    this.#db = db;
  }

  add(commit: PreparedCommit): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commit, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // Whatever arrives in the same turn of the event loop joins the first group.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MAX_GROUP);
      try {
        const outcomes = await this.#write(group.map(({ commit }) => commit));
        for (const [index, { resolve, reject }] of group.entries()) {
          const refusal = outcomes[index];
          if (refusal === undefined) resolve();
          else reject(refusal);
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#running = undefined;
  }

  /** The first attempt trusts the callers' revisions; the next ones look at what is stored, and so know whom to refuse. */
  async #write(commits: readonly PreparedCommit[]): Promise<CommitPlan['outcomes']> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const plan = planCommits(commits);
        const trusted = attempt === 1 && plan.outcomes.every((refusal) => refusal === undefined);
        return trusted ? await this.#writeTrusted(plan) : await this.#writeChecked(commits);
      } catch (error) {
        if (!(error instanceof PlanMismatch) && !isTransient(error)) throw error;
        if (attempt === MAX_ATTEMPTS) {
          throw new GatewayError(
            'STORE_UNAVAILABLE',
            `Other nodes were in the way of a commit ${attempt} times in a row. It is tried again later.`,
            { cause: error },
          );
        }
        // A mismatch is settled by looking; only a collision is worth waiting for.
        if (attempt > 1) await pause(Math.random() * Math.min(MAX_PAUSE_MS, 2 ** attempt));
      }
    }
  }

  async #writeTrusted(plan: CommitPlan): Promise<CommitPlan['outcomes']> {
    const writeConcern = plan.durable ? DURABLE : RELAXED;
    // One record alone needs no transaction: the server writes it whole or not at all.
    const content = plan.archive.length + plan.erase.length + plan.requires.length;
    if (plan.writes.length === 1 && content === 0) await applyPlan(this.#db, plan, { writeConcern });
    else await inTransaction(this.#client, writeConcern, (session) => applyPlan(this.#db, plan, { session }));
    return plan.outcomes;
  }

  async #writeChecked(commits: readonly PreparedCommit[]): Promise<CommitPlan['outcomes']> {
    const writeConcern = commits.some((commit) => commit.durable) ? DURABLE : RELAXED;
    return inTransaction(this.#client, writeConcern, async (session) => {
      const plan = planCommits(commits, await readRevisions(this.#db, commits, session));
      const writes = plan.writes.filter(({ expected, record }) => expected !== 0 || record !== undefined);
      await applyPlan(this.#db, { ...plan, writes }, { session });
      return plan.outcomes;
    });
  }
}
