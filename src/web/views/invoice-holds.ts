import type * as z from 'zod';
import { holdExceptionType } from '../../pipeline/invoices/hold-exceptions.ts';
import type { ExceptionRecord, InvoicePayment, InvoiceRecord } from '../../pipeline/orders/order-records.ts';
import type { invoiceDetail } from '../schemas/invoice.ts';

type Detail = z.input<typeof invoiceDetail>;

/** The holds with the exceptions in which people decide them. */
export function toHolds({ holds }: InvoiceRecord, exceptions: readonly ExceptionRecord[]): Detail['holds'] {
  return holds.map((hold) => {
    const { key, source, type, owner, status, codes, lines, amount, texts, openedAt, closedAt, approvals } =
      hold;
    const open = status === 'open' || status === 'waiting';
    const exceptionType = holdExceptionType(hold) ?? type;
    const exception = open ? exceptions.find((each) => each.type === exceptionType) : undefined;
    return {
      ...{ key, source, type, owner, status, codes, lines, amount, texts, openedAt, approvals },
      ...(closedAt === undefined ? {} : { closedAt }),
      ...(exception === undefined ? {} : { exceptionId: exception.id }),
    };
  });
}

export function toPayment({
  key,
  at,
  kind,
  amount,
  lines,
  debitNote,
}: InvoicePayment): Detail['payments'][number] {
  return {
    ...{ key, at, kind, amount },
    lines: [...new Set(lines.map(({ line }) => line))],
    ...(debitNote === undefined ? {} : { debitNote: { total: debitNote.total, tax: debitNote.tax } }),
  };
}
