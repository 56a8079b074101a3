import { endpoint } from '../endpoint.ts';
import { idParams } from '../schemas/page.ts';

export const reopenException = endpoint({
  method: 'post',
  path: '/api/exceptions/:id/reopen',
  operationId: 'reopenException',
  tag: 'Exceptions',
  summary: 'Takes a resolved or snoozed exception up again',
  role: 'operator',
  params: idParams,
  async handle({ gateway, actor }, { params }) {
    await gateway.reopenException(params.id, actor);
    return undefined;
  },
});
