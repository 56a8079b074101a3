import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { pageOf, pageQuery } from '../schemas/page.ts';
import { repeatRunRow } from '../schemas/repeat.ts';
import { toRepeatRun } from '../views/repeat-run.ts';

export const listRepeats = endpoint({
  method: 'get',
  path: '/api/repeats',
  operationId: 'listRepeats',
  tag: 'Repeats',
  summary: 'What was done again, or is being done, newest first',
  role: 'viewer',
  query: z.object(pageQuery),
  answer: pageOf(repeatRunRow),
  async handle({ gateway, now }, { query: { limit, after } }) {
    const { records, next } = await gateway.store.find('repeatRuns', {
      orderBy: 'startedAt',
      descending: true,
      limit,
      ...(after !== undefined && { after }),
    });
    return { records: records.map((run) => toRepeatRun(run, now)), ...(next !== undefined && { next }) };
  },
});
