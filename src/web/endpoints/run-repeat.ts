import * as z from 'zod';
import { REPEAT_VERBS } from '../../pipeline/repeat/repeat-model.ts';
import { endpoint } from '../endpoint.ts';
import { reason } from '../schemas/page.ts';
import { repeatResult } from '../schemas/repeat.ts';

export const runRepeat = endpoint({
  method: 'post',
  path: '/api/repeats',
  operationId: 'runRepeat',
  tag: 'Repeats',
  summary:
    'Retransmits or reprocesses files, reissues documents, redrives work; dryRun tells what would happen; approvalId: a second person has to agree first',
  role: 'operator',
  body: z.strictObject({
    verb: z.enum(REPEAT_VERBS),
    ids: z.array(z.string().min(1)).min(1).max(10_000),
    reason,
    dryRun: z.boolean().default(false),
  }),
  answer: repeatResult,
  handle: ({ gateway, actor }, { body: { dryRun, ...request } }) =>
    dryRun ? gateway.planRepeat(request) : gateway.runRepeat(request, actor),
});
