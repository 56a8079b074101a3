import { ChannelStates } from '../pipeline/channels/channel-states.ts';
import type { Channels } from '../pipeline/channels/channels.ts';
import type { PipelineContext } from '../pipeline/context.ts';

const TELL_MS = 5_000;

/** Lets the other processes know how the channels of this one do; returns what ends it. No job: every process tells its own. */
export function tellChannels(context: PipelineContext, owner: string, channels: Channels) {
  const states = new ChannelStates(context, owner, () => channels.list());
  let telling = Promise.resolve();
  const timer = setInterval(() => {
    telling = states.tell().catch((error: unknown) => {
      context.logger.warn({ error }, 'The states of the channels could not be told');
    });
  }, TELL_MS);
  timer.unref();
  return async (): Promise<void> => {
    clearInterval(timer);
    await telling;
    await states.leave();
  };
}
