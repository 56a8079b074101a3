import { instantMs } from '../common/calendar.ts';
import type { Clock } from '../common/time.ts';
import { contentSize } from '../pipeline/ports/file-content.ts';
import type { Channel, ChannelTraffic } from '../pipeline/ports/transport.ts';
import { wrapChannel } from './wrap-channel.ts';

export interface Meter {
  inbound: ChannelTraffic;
  outbound: ChannelTraffic;
  refused: number;
  rejected: number;
}

export function createMeter(): Meter {
  const nothing = { files: 0, bytes: 0, calls: 0, totalMs: 0, failures: 0 };
  return { inbound: { ...nothing }, outbound: { ...nothing }, refused: 0, rejected: 0 };
}

/** A file came in; not counted by polls, because partners also call us. */
export function countReceived({ inbound }: Meter, bytes: number, clock: Clock): void {
  inbound.files += 1;
  inbound.bytes += bytes;
  inbound.lastSuccessAt = clock.now();
}

/** Counts what is tried over a channel, and what goes out. */
export function withMetering(channel: Channel, meter: Meter, clock: Clock): Channel {
  return wrapChannel(channel, {
    poll: (receive, refused = []) =>
      measure(meter.inbound, clock, async () => {
        const before = refused.length;
        try {
          return await channel.poll(receive, refused);
        } finally {
          meter.refused += refused.length - before;
        }
      }),
    send: (file) =>
      measure(meter.outbound, clock, async () => {
        const receipt = await channel.send(file);
        meter.outbound.files += 1;
        meter.outbound.bytes += contentSize(file.bytes);
        return receipt;
      }),
    reject: async (file) => {
      await channel.reject(file);
      meter.rejected += 1;
    },
  });
}

async function measure<T>(traffic: ChannelTraffic, clock: Clock, call: () => Promise<T>): Promise<T> {
  const startMs = instantMs(clock.now());
  traffic.calls += 1;
  try {
    const result = await call();
    traffic.lastSuccessAt = clock.now();
    return result;
  } catch (error) {
    traffic.failures += 1;
    traffic.lastFailureAt = clock.now();
    traffic.lastError = error instanceof Error ? error.message : String(error);
    throw error;
  } finally {
    traffic.totalMs += instantMs(clock.now()) - startMs;
  }
}
