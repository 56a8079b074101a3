import type { Fact } from '../../tracking/facts.ts';
import type { PipelineContext } from '../context.ts';
import type { ExceptionRecord } from '../orders/order-records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** Exceptions that no order has raised are told to the feed of events here: those of files, channels, invoices, work. */

export function tellRaised(unit: UnitOfWork, context: PipelineContext, record: ExceptionRecord): void {
  const { fingerprint, type, lineId, title } = record;
  const what = { fingerprint, exceptionType: type, ...(lineId !== '' && { lineId }), title };
  tell(unit, context, record, '1-raised', (head) => ({
    type: 'exception.raised',
    ...head,
    data: { ...what, ...aboutOf(record) },
  }));
}

export function tellClosed(
  unit: UnitOfWork,
  context: PipelineContext,
  record: ExceptionRecord,
  { by, action }: { by: string; action: string },
): void {
  const { fingerprint } = record;
  tell(unit, context, record, '2-closed', (head) => ({
    type: 'exception.closed',
    ...head,
    data: { fingerprint, by, action, ...aboutOf(record) },
  }));
}

/** The outbox is emptied in the order of its ids: what happens to an exception first has the smaller one. */
function tell(
  unit: UnitOfWork,
  context: PipelineContext,
  { id: exceptionId, revision, orderId, partnerId }: ExceptionRecord,
  step: '1-raised' | '2-closed',
  write: (head: Pick<Fact, 'id' | 'occurredAt'> & { orderId?: string; partnerId?: string }) => Fact,
): void {
  const id = `exception/${exceptionId}/${String(revision).padStart(6, '0')}/${step}`;
  const fact = write({
    id,
    occurredAt: context.clock.now(),
    ...(orderId !== '' && { orderId }),
    ...(partnerId !== '' && { partnerId }),
  });
  unit.insert('eventOutbox', { id, revision: 0, facts: [fact] });
}

function aboutOf({ fileId, documentId, invoiceId }: ExceptionRecord) {
  return {
    ...(fileId !== '' && { fileId }),
    ...(documentId !== '' && { documentId }),
    ...(invoiceId !== '' && { invoiceId }),
  };
}
