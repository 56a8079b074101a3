import * as z from 'zod';
import { listAs2MessagesOfFile } from '../../pipeline/queries/as2-messages.ts';
import { endpoint } from '../endpoint.ts';
import { as2Message } from '../schemas/as2-message.ts';
import { idParams } from '../schemas/page.ts';
import { toAs2Message } from '../views/as2-message.ts';

export const listAs2Messages = endpoint({
  method: 'get',
  path: '/api/files/:id/as2-messages',
  operationId: 'listAs2Messages',
  tag: 'Files',
  summary: 'The AS2 messages that a file came in by or went out by, with their receipts',
  role: 'viewer',
  params: idParams,
  answer: z.object({ messages: z.array(as2Message) }).meta({ id: 'As2MessageList' }),
  async handle({ gateway }, { params }) {
    const messages = await listAs2MessagesOfFile(gateway.store, params.id);
    return { messages: messages.map(toAs2Message) };
  },
});
