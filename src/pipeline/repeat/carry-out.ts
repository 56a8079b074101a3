import { instantMs } from '../../common/calendar.ts';
import { GatewayError } from '../../common/errors.ts';
import type { PipelineContext } from '../context.ts';
import type { Actor } from '../actor.ts';
import { previewRepeat } from './preview-repeat.ts';
import type { RepeatItem, RepeatRequest, RepeatResult, RepeatRunRecord, RepeatVerb } from './repeat-model.ts';

/** How often a run that is under way is written. */
const WRITE_EVERY_MS = 1_000;

/** Does one of them for good. */
export type RepeatOne = (verb: RepeatVerb, id: string, reason: string, actor: Actor) => Promise<unknown>;

interface Order {
  request: RepeatRequest;
  plan: RepeatResult;
  /** Who has it done. */
  actor: Actor;
  /** Who asked for it, where that was somebody else. */
  requestedBy?: string;
}

/** Does what was planned, one after the other, and keeps how far it is; stops at the first that goes otherwise than foreseen. */
export async function carryOut(
  context: PipelineContext,
  one: RepeatOne,
  { request, plan, actor, requestedBy }: Order,
): Promise<RepeatResult> {
  const { verb, reason } = request;
  const items = [...plan.items];
  const startedAt = context.clock.now();
  const run = new RunLog(context, {
    id: context.ids.next(),
    revision: 0,
    verb,
    reason,
    requestedBy: requestedBy ?? actor.name,
    ...(requestedBy !== undefined && { agreedBy: actor.name }),
    startedAt,
    updatedAt: startedAt,
    status: 'running',
    items,
  });
  await run.write('running', items);
  let stopped = false;
  for (const [index, planned] of items.entries()) {
    if (planned.outcome === 'refused') continue;
    if (stopped) {
      items[index] = { ...planned, outcome: 'stopped', text: 'Not begun: one before it went otherwise.' };
      continue;
    }
    items[index] = await doOne(context, one, { verb, planned, reason, actor });
    stopped = items[index].outcome === 'failed';
    await run.writeInTime(items);
  }
  await run.write(stopped ? 'stopped' : 'done', items);
  return { verb, items, runId: run.id };
}

async function doOne(
  context: PipelineContext,
  one: RepeatOne,
  { verb, planned, reason, actor }: { verb: RepeatVerb; planned: RepeatItem; reason: string; actor: Actor },
): Promise<RepeatItem> {
  const now = await previewRepeat(context, verb, planned.id);
  if (now.outcome !== 'possible' || now.effects.join('\n') !== planned.effects.join('\n')) {
    const text = now.text ?? `It would have other effects by now: ${now.effects.join(' ')}`;
    return { ...planned, outcome: 'failed', text };
  }
  try {
    await one(verb, planned.id, reason, actor);
    return { ...planned, outcome: 'done' };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { ...planned, outcome: 'failed', text: error.message };
  }
}

/** Only this process writes the record of its run. */
class RunLog {
  readonly #context: PipelineContext;
  #record: RepeatRunRecord;

  constructor(context: PipelineContext, record: RepeatRunRecord) {
    this.#context = context;
    this.#record = record;
  }

  get id(): string {
    return this.#record.id;
  }

  async writeInTime(items: readonly RepeatItem[]): Promise<void> {
    const sinceMs = instantMs(this.#context.clock.now()) - instantMs(this.#record.updatedAt);
    if (sinceMs >= WRITE_EVERY_MS) await this.write('running', items);
  }

  async write(status: RepeatRunRecord['status'], items: readonly RepeatItem[]): Promise<void> {
    const op = this.#record.revision === 0 ? 'insert' : 'update';
    const record = { ...this.#record, status, items: [...items], updatedAt: this.#context.clock.now() };
    await this.#context.store.commit([{ op, collection: 'repeatRuns', record }]);
    this.#record = { ...record, revision: record.revision + 1 };
  }
}
