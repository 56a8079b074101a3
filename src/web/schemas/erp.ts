import * as z from 'zod';

/** The connection to the ERP, as the process that reads it has told last. */
const erpConnection = z.object({
  url: z.string(),
  database: z.string(),
  /** `open`: it does not answer, and is not asked for a while. */
  circuit: z.enum(['closed', 'open', 'halfOpen']),
  running: z.int(),
  waiting: z.int(),
  /** Calls at the same time, at most; fewer while it is slow. */
  limit: z.int(),
  version: z.string().optional(),
  protocol: z.string().optional(),
  trouble: z.string().optional(),
  readAt: z.string().optional(),
});

export const erpOverview = z
  .object({
    /** `standAlone`: no ERP is connected; commands are fetched by API or lie in a folder. */
    kind: z.enum(['odoo', 'standAlone']),
    connection: erpConnection.optional(),
    since: z.string().optional(),
    readTo: z.array(z.object({ model: z.string(), at: z.string() })),
    companies: z.array(
      z.object({
        id: z.int(),
        name: z.string(),
        currency: z.string(),
        exchanged: z.boolean(),
        warehouses: z.array(z.object({ code: z.string(), name: z.string(), exchanged: z.boolean() })),
      }),
    ),
    /** What is still to be written; `oldestAt` = when what waits longest came in. */
    backlog: z.object({
      waiting: z.int(),
      running: z.int(),
      dead: z.int(),
      /** There is more than was counted. */
      more: z.boolean(),
      oldestAt: z.string().optional(),
    }),
  })
  .meta({ id: 'ErpOverview' });

export const erpCheck = z
  .object({
    /** No step failed. */
    ok: z.boolean(),
    /** `missing`: it works, but not everything that is wanted. */
    steps: z.array(
      z.object({ name: z.string(), result: z.enum(['ok', 'missing', 'failed']), text: z.string() }),
    ),
  })
  .meta({ id: 'ErpCheck' });

export const erpReadReport = z
  .object({
    /** Orders by what became of them. */
    orders: z.record(z.string(), z.int().optional()),
    receipts: z.int(),
    masterData: z.int().optional(),
  })
  .meta({ id: 'ErpReadReport' });

export const erpReconciliation = z
  .object({
    /** Orders that were compared, and those of which something is still to be written. */
    orders: z.int(),
    busy: z.int(),
    differences: z.array(
      z.object({
        orderId: z.string(),
        lineId: z.string().optional(),
        invoiceId: z.string().optional(),
        kind: z.string(),
        text: z.string(),
        ours: z.string(),
        theirs: z.string(),
        /** Read from there, written from here, or for a person to decide. */
        mend: z.enum(['read', 'write', 'person']),
        repaired: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'ErpReconciliation' });
