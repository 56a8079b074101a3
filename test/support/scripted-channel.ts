import type {
  Channel,
  ChannelTestStep,
  DeliveryReceipt,
  PollReport,
} from '../../src/pipeline/ports/transport.ts';

/** A channel that does what the test says at that moment. */
export interface ScriptedChannel extends Channel {
  onSend: () => Promise<DeliveryReceipt>;
  onPoll: Channel['poll'];
  /** What its test shows. */
  steps: ChannelTestStep[];
  sends: number;
  polls: number;
}

export const RECEIPT: DeliveryReceipt = { at: '2026-03-02T08:00:00.000Z', reference: 'there' };
export const NOTHING_THERE: PollReport = { received: 0, waiting: 0, refused: [] };
export const FILE = { name: '850.edi', bytes: Buffer.from('ISA'), key: 'send/1' };

export function scriptedChannel(partnerId = 'acme', name = 'main'): ScriptedChannel {
  const channel: ScriptedChannel = {
    partnerId,
    name,
    kind: 'scripted',
    sends: 0,
    polls: 0,
    onSend: () => Promise.resolve(RECEIPT),
    onPoll: () => Promise.resolve(NOTHING_THERE),
    send: () => {
      channel.sends += 1;
      return channel.onSend();
    },
    poll: (receive, refused) => {
      channel.polls += 1;
      return channel.onPoll(receive, refused);
    },
    reject: () => Promise.resolve(),
    steps: [{ name: 'write', ok: true, text: 'Written.', durationMs: 1 }],
    async *test() {
      for (const step of channel.steps) yield await Promise.resolve(step);
    },
    close: () => Promise.resolve(),
  };
  return channel;
}

/** A promise that the test settles. */
export function gate<T>(): { promise: Promise<T>; open: (value: T) => void; fail: (error: Error) => void } {
  let open: (value: T) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}
