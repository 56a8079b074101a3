import * as z from 'zod';
import type { ChannelTestStep } from '../../pipeline/ports/transport.ts';
import { endpoint } from '../endpoint.ts';
import { channelTest } from '../schemas/channel.ts';

export const testChannel = endpoint({
  method: 'post',
  path: '/api/partners/:id/channels/:name/test',
  operationId: 'testChannel',
  tag: 'Channels',
  summary: 'Tries step by step what polls and deliveries need; leaves nothing behind at the partner',
  role: 'operator',
  params: z.object({ id: z.string().min(1), name: z.string().min(1) }),
  answer: channelTest,
  async handle({ gateway }, { params }) {
    const steps: ChannelTestStep[] = [];
    for await (const step of gateway.testChannel(params.id, params.name)) steps.push(step);
    return { ok: steps.every(({ ok }) => ok), steps };
  },
});
