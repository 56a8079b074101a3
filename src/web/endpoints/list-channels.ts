import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { channelStatus } from '../schemas/channel.ts';

export const listChannels = endpoint({
  method: 'get',
  path: '/api/channels',
  operationId: 'listChannels',
  tag: 'Channels',
  summary: 'Every channel of every partner with its state and what went through it since the gateway started',
  role: 'viewer',
  query: z.object({ partnerId: z.string().optional() }),
  answer: z.object({ records: z.array(channelStatus) }),
  handle: ({ gateway }, { query: { partnerId } }) => ({
    records: gateway
      .listChannels()
      .filter((channel) => partnerId === undefined || channel.partnerId === partnerId),
  }),
});
