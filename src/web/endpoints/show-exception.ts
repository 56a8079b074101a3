import { showException as query } from '../../pipeline/queries/exceptions.ts';
import { endpoint } from '../endpoint.ts';
import { exception } from '../schemas/exception.ts';
import { idParams } from '../schemas/page.ts';

export const showException = endpoint({
  method: 'get',
  path: '/api/exceptions/:id',
  operationId: 'showException',
  tag: 'Exceptions',
  summary: 'One exception: what is wrong, the evidence, what it is worth, and what can be done',
  role: 'viewer',
  params: idParams,
  answer: exception,
  handle: ({ gateway }, { params }) => query(gateway.store, params.id),
});
