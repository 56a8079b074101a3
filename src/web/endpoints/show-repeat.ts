import { GatewayError } from '../../common/errors.ts';
import { endpoint } from '../endpoint.ts';
import { idParams } from '../schemas/page.ts';
import { repeatRunDetail } from '../schemas/repeat.ts';
import { toRepeatRunDetail } from '../views/repeat-run.ts';

export const showRepeat = endpoint({
  method: 'get',
  path: '/api/repeats/:id',
  operationId: 'showRepeat',
  tag: 'Repeats',
  summary: 'What was done again, item by item, and how far it is',
  role: 'viewer',
  params: idParams,
  answer: repeatRunDetail,
  async handle({ gateway, now }, { params: { id } }) {
    const run = await gateway.store.get('repeatRuns', id);
    if (run === undefined) throw new GatewayError('NOT_FOUND', `There is no repeat ${id}.`);
    return toRepeatRunDetail(run, now);
  },
});
