import { instantMs } from '../../common/calendar.ts';
import type { Instant } from '../../common/time.ts';
import type { ChannelStatus } from './channel-status.ts';
import type { PipelineContext } from '../context.ts';
import type { ChannelReport, ChannelTraffic } from '../ports/transport.ts';
import type { Store } from '../ports/store.ts';
import { retryOnConflict } from '../work/retry.ts';
import { UnitOfWork } from '../unit-of-work.ts';

const ID = 'channels';
/** A process that tells nothing for so long has ended, or is cut off. */
const FRESH_MS = 60_000;
/** What an unchanged process tells all the same, so that it counts as alive. */
const REPEAT_MS = 20_000;

/** What each process has told last, by the process. */
type Told = Record<string, { at: Instant; channels: ChannelStatus[] }>;

/** Tells the other processes, and the command line, how the channels of this one do. Called every few seconds. */
export class ChannelStates {
  readonly #context: PipelineContext;
  readonly #process: string;
  readonly #list: () => ChannelStatus[];
  #last = { text: '', atMs: -Infinity };

  constructor(context: PipelineContext, process: string, list: () => ChannelStatus[]) {
    this.#context = context;
    this.#process = process;
    this.#list = list;
  }

  async tell(): Promise<void> {
    const channels = this.#list();
    const text = JSON.stringify(channels.map(newsOf));
    const at = this.#context.clock.now();
    if (text === this.#last.text && instantMs(at) - this.#last.atMs < REPEAT_MS) return;
    await this.#write(at, { [this.#process]: { at, channels } });
    this.#last = { text, atMs: instantMs(at) };
  }

  /** This process ends. */
  async leave(): Promise<void> {
    if (this.#last.text !== '') await this.#write(this.#context.clock.now(), {});
  }

  async #write(at: Instant, own: Told): Promise<void> {
    await retryOnConflict(async () => {
      const unit = new UnitOfWork(this.#context.store);
      const known = await unit.get('settings', ID);
      const told = freshOnly(known?.value as Told | undefined, at);
      const others = Object.entries(told).filter(([process]) => process !== this.#process);
      const value: Told = { ...Object.fromEntries(others), ...own };
      const record = { id: ID, revision: known?.revision ?? 0, value };
      if (known === undefined) unit.insert('settings', record);
      else unit.update('settings', record);
      await unit.commit();
    });
  }
}

/** The channels as all processes together have them; those of this process where none has told anything. */
export async function readChannelStates(
  store: Pick<Store, 'get'>,
  own: readonly ChannelStatus[],
  now: Instant,
): Promise<ChannelStatus[]> {
  const told = freshOnly((await store.get('settings', ID))?.value as Told | undefined, now);
  const all = Object.values(told).flatMap(({ channels }) => channels);
  return own.map((status) => {
    const same = all.filter(({ partnerId, name }) => partnerId === status.partnerId && name === status.name);
    return same.length === 0 ? status : same.reduce(merge);
  });
}

function freshOnly(told: Told | undefined, now: Instant): Told {
  const entries = Object.entries(told ?? {});
  return Object.fromEntries(entries.filter(([, { at }]) => instantMs(now) - instantMs(at) < FRESH_MS));
}

/** Polls that found nothing are no news. */
function newsOf(status: ChannelStatus): unknown {
  const { state, quietUntil, failuresInARow, report } = status;
  if (report === undefined) return { state, quietUntil, failuresInARow };
  const { inbound, ...rest } = report;
  const { files, failures, lastError } = inbound;
  return { state, quietUntil, failuresInARow, ...rest, inbound: { files, failures, lastError } };
}

const WORST: readonly ChannelStatus['state'][] = ['failing', 'quiet', 'working', 'off'];
const CIRCUITS: readonly ChannelReport['circuit'][] = ['open', 'halfOpen', 'closed'];

function merge(a: ChannelStatus, b: ChannelStatus): ChannelStatus {
  const nextPollAt = [a.nextPollAt, b.nextPollAt].filter((at) => at !== undefined).sort()[0];
  return {
    ...b,
    ...a,
    state: worst(WORST, a.state, b.state),
    polling: a.polling || b.polling,
    failuresInARow: Math.max(a.failuresInARow, b.failuresInARow),
    ...(nextPollAt !== undefined && { nextPollAt }),
    ...(a.report !== undefined && b.report !== undefined && { report: mergeReports(a.report, b.report) }),
  };
}

function mergeReports(a: ChannelReport, b: ChannelReport): ChannelReport {
  return {
    ...b,
    ...a,
    inbound: mergeTraffic(a.inbound, b.inbound),
    outbound: mergeTraffic(a.outbound, b.outbound),
    refused: a.refused + b.refused,
    rejected: a.rejected + b.rejected,
    sending: a.sending + b.sending,
    waiting: a.waiting + b.waiting,
    circuit: worst(CIRCUITS, a.circuit, b.circuit),
  };
}

function mergeTraffic(a: ChannelTraffic, b: ChannelTraffic): ChannelTraffic {
  const [older, newer] = (a.lastFailureAt ?? '') < (b.lastFailureAt ?? '') ? [a, b] : [b, a];
  const lastSuccessAt = [a.lastSuccessAt, b.lastSuccessAt]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);
  return {
    ...older,
    ...newer,
    files: a.files + b.files,
    bytes: a.bytes + b.bytes,
    calls: a.calls + b.calls,
    totalMs: a.totalMs + b.totalMs,
    failures: a.failures + b.failures,
    ...(lastSuccessAt !== undefined && { lastSuccessAt }),
  };
}

function worst<T>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(a) <= order.indexOf(b) ? a : b;
}
