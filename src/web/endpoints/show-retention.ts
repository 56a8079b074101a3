import { showRetention as query } from '../../pipeline/queries/retention.ts';
import { endpoint } from '../endpoint.ts';
import { retention } from '../schemas/retention.ts';

export const showRetention = endpoint({
  method: 'get',
  path: '/api/retention',
  operationId: 'showRetention',
  tag: 'Retention',
  summary: 'How long each class of content is kept, what the last runs erased, and when the next one is due',
  role: 'viewer',
  answer: retention,
  handle: ({ gateway }) => query(gateway),
});
