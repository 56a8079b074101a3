import * as z from 'zod';
import { document } from '../../documents/document.ts';
import { ERP_COMMAND_KINDS } from '../../pipeline/ports/erp.ts';

/** What the gateway tells an ERP that is not connected otherwise. */
export const erpCommand = z
  .object({
    /** 1, 2, 3 … without a gap. */
    number: z.int().positive(),
    createdAt: z.string(),
    /** Idempotency key: to be looked for before anything is created. */
    key: z.string(),
    kind: z.enum(ERP_COMMAND_KINDS),
    orderIds: z.array(z.string()),
    partnerId: z.string(),
    document: document.optional(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'ErpCommand' });
