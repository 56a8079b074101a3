import { instantMs, toInstant } from '../../common/calendar.ts';
import type { Instant } from '../../common/time.ts';
import { quietUntil } from '../../partners/quiet-window.ts';
import type { OpenedChannel } from './opened-channel.ts';
import type { PipelineContext } from '../context.ts';
import type { Channel, RefusedFile } from '../ports/transport.ts';
import { receiveFile } from '../intake/receive-file.ts';
import { reportRefused } from './report-refused.ts';

/** The longest pause after failures in a row. */
const MAX_PAUSE_MS = 300_000;
/** The shortest pause after a failure, for channels that are looked into all the time. */
const MIN_PAUSE_MS = 1_000;

interface Schedule {
  opened: OpenedChannel;
  intervalMs: number;
  /** Number of files received, once it has ended. */
  running: Promise<number> | undefined;
  nextMs: number;
  failures: number;
  /** What the channel has put aside, and nobody has been told of yet. */
  refused: RefusedFile[];
}

/**
 * Looks into the channels, each at its own interval, not in its quiet windows, and longer apart after failures. No channel
 * waits for another, and none is looked into twice at the same time.
 */
export class ChannelPoller {
  readonly #context: PipelineContext;
  readonly #schedules: readonly Schedule[];

  constructor(context: PipelineContext, channels: readonly OpenedChannel[], defaultIntervalMs: number) {
    this.#context = context;
    this.#schedules = channels
      .filter(({ settings }) => settings.receive)
      .map((opened) => ({
        opened,
        intervalMs: (opened.settings.pollSeconds ?? defaultIntervalMs / 1_000) * 1_000,
        running: undefined,
        nextMs: 0,
        failures: 0,
        refused: [],
      }));
  }

  /** Begins with every channel that is due; does not wait for them. */
  tick(): void {
    const nowMs = instantMs(this.#context.clock.now());
    for (const schedule of this.#schedules) {
      // After the clock was set back no pause is longer than the longest.
      const longestMs = Math.max(MAX_PAUSE_MS, schedule.intervalMs);
      const due = nowMs >= schedule.nextMs || schedule.nextMs - nowMs > longestMs;
      if (due && this.quietUntil(schedule.opened) === undefined) void this.#poll(schedule);
    }
  }

  /** Looks into every channel, due or not, and waits for all. Returns the number of files received. */
  async pollAll(): Promise<number> {
    const counts = await Promise.all(this.#schedules.map((schedule) => this.#poll(schedule)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Looks into one channel soon: its transport knows that something has arrived. */
  pollNow(partnerId: string, name: string): void {
    const schedule = this.#schedules.find(
      ({ opened: { channel } }) => channel.partnerId === partnerId && channel.name === name,
    );
    if (schedule === undefined) return;
    // The poll that runs may have looked already.
    void (schedule.running ?? Promise.resolve()).then(() => this.#poll(schedule));
  }

  stateOf(opened: OpenedChannel): { polling: boolean; failuresInARow: number; nextPollAt?: Instant } {
    const schedule = this.#schedules.find((each) => each.opened === opened);
    return {
      polling: schedule?.running !== undefined,
      failuresInARow: schedule?.failures ?? 0,
      ...(schedule !== undefined && schedule.nextMs > 0 && { nextPollAt: toInstant(schedule.nextMs) }),
    };
  }

  quietUntil({ channel, settings }: OpenedChannel): Instant | undefined {
    const { policyOf, clock } = this.#context;
    return quietUntil(settings.quiet, clock.now(), policyOf(channel.partnerId).calendar.timeZone);
  }

  /** Resolves when no poll is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#schedules.flatMap(({ running }) => running ?? []));
  }

  /** A poll that is asked for while one runs is that one. Never rejects. */
  #poll(schedule: Schedule): Promise<number> {
    schedule.running ??= this.#pollOnce(schedule).finally(() => {
      schedule.running = undefined;
    });
    return schedule.running;
  }

  async #pollOnce(schedule: Schedule): Promise<number> {
    const { clock, logger } = this.#context;
    const { channel } = schedule.opened;
    const startMs = instantMs(clock.now());
    try {
      const received = await takeFiles(this.#context, channel, schedule.refused);
      schedule.failures = 0;
      schedule.nextMs = startMs + schedule.intervalMs;
      return received;
    } catch (error) {
      schedule.failures += 1;
      const base = Math.max(schedule.intervalMs, MIN_PAUSE_MS);
      const pauseMs = Math.max(
        schedule.intervalMs,
        Math.min(base * 2 ** (schedule.failures - 1), MAX_PAUSE_MS),
      );
      schedule.nextMs = instantMs(clock.now()) + pauseMs;
      const { partnerId, name, kind } = channel;
      const again = toInstant(schedule.nextMs);
      logger.error(
        { partner: partnerId, channel: name, kind, error, again },
        'A channel could not be polled',
      );
      return 0;
    }
  }
}

async function takeFiles(
  context: PipelineContext,
  channel: Channel,
  refused: RefusedFile[],
): Promise<number> {
  const { partnerId, kind, name } = channel;
  try {
    const report = await channel.poll(async (file) => {
      await receiveFile(context, { channel: kind, channelName: name, partnerId, ...file });
    }, refused);
    return report.received;
  } finally {
    // Also where the poll failed after that; and what the store does not take now, the next poll tells.
    while (refused[0] !== undefined) {
      await reportRefused(context, partnerId, refused[0]);
      refused.shift();
    }
  }
}
