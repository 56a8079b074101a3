import type { Channel } from '../pipeline/ports/transport.ts';

/** A channel that does what the given one does, but for the given methods. */
export function wrapChannel(
  channel: Channel,
  methods: Partial<Pick<Channel, 'poll' | 'send' | 'reject' | 'test'>>,
): Channel {
  return {
    partnerId: channel.partnerId,
    kind: channel.kind,
    name: channel.name,
    poll: (receive, refused) => channel.poll(receive, refused),
    send: (file) => channel.send(file),
    reject: (file) => channel.reject(file),
    test: () => channel.test(),
    close: () => channel.close(),
    ...methods,
  };
}
