import * as z from 'zod';
import { readChannelStates } from '../../pipeline/channels/channel-states.ts';
import { endpoint } from '../endpoint.ts';
import { channelStatus } from '../schemas/channel.ts';

export const listChannels = endpoint({
  method: 'get',
  path: '/api/channels',
  operationId: 'listChannels',
  tag: 'Channels',
  summary:
    'Every channel of every partner with its state and what went through it since the gateways that run were started',
  role: 'viewer',
  query: z.object({ partnerId: z.string().optional() }),
  answer: z.object({ records: z.array(channelStatus) }),
  async handle({ gateway, now }, { query: { partnerId } }) {
    const channels = await readChannelStates(gateway.store, gateway.listChannels(), now);
    return {
      records: channels.filter((channel) => partnerId === undefined || channel.partnerId === partnerId),
    };
  },
});
