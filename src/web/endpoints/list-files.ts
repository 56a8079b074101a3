import * as z from 'zod';
import { listFiles as query } from '../../pipeline/queries/files.ts';
import { endpoint } from '../endpoint.ts';
import { direction, file, fileStatus } from '../schemas/file.ts';
import { pageOf, pageQuery } from '../schemas/page.ts';

export const listFiles = endpoint({
  method: 'get',
  path: '/api/files',
  operationId: 'listFiles',
  tag: 'Files',
  summary: 'Files that came in and went out, the newest first',
  role: 'viewer',
  query: z.object({
    ...pageQuery,
    direction: direction.optional(),
    status: fileStatus.optional(),
    partnerId: z.string().optional(),
  }),
  answer: pageOf(file),
  handle: ({ gateway }, { query: filter }) => query(gateway.store, filter),
});
