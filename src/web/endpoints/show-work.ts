import { showWork as query } from '../../pipeline/queries/work.ts';
import { endpoint } from '../endpoint.ts';
import { idParams } from '../schemas/page.ts';
import { work } from '../schemas/work.ts';

export const showWork = endpoint({
  method: 'get',
  path: '/api/work/:id',
  operationId: 'showWork',
  tag: 'Deliveries',
  summary: 'One work item with its attempts',
  role: 'viewer',
  params: idParams,
  answer: work,
  handle: ({ gateway }, { params }) => query(gateway.store, params.id),
});
