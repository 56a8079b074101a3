import * as z from 'zod';
import { endpoint } from '../endpoint.ts';

export const saveMasterData = endpoint({
  method: 'put',
  path: '/api/master-data',
  operationId: 'saveMasterData',
  tag: 'Master data',
  summary: 'Adds or replaces items, suppliers, locations and exchange rates by their key',
  role: 'operator',
  body: z.strictObject({
    entries: z
      .array(
        z.strictObject({
          kind: z.enum(['item', 'supplier', 'location', 'exchangeRate']),
          key: z.string().min(1),
          data: z.record(z.string(), z.unknown()),
        }),
      )
      .min(1)
      .max(5_000),
  }),
  handle: ({ gateway, actor }, { body }) => gateway.saveMasterData(body.entries, actor) as Promise<undefined>,
});
