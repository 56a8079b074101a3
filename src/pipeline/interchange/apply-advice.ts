import type { Finding } from '../../common/finding.ts';
import type { ApplicationAdvice } from '../../documents/application-advice.ts';
import { withoutZeros } from '../../edi/control-number.ts';
import type { Transaction } from '../../edi/model.ts';
import type { ExceptionType } from '../../tracking/exception-catalogue.ts';
import type { ExceptionAction } from '../../tracking/exception-model.ts';
import { stableText } from '../../tracking/stable-text.ts';
import type { PipelineContext } from '../context.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import type { OrderRecord } from '../orders/order-records.ts';
import { applyOrderEvent } from '../orders/order-stream.ts';
import { linkOrder } from '../outbound/outbound.ts';
import type { InterchangeRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { sha256Of } from '../unit-of-work.ts';
import { findOrder as findNamed } from './order-number.ts';
import type { AppliedDocument, ReceivedDocument } from './received-document.ts';

/** An order or change of ours as it went out. */
interface Sending {
  documentId: string;
  documentType: 'order' | 'orderChange';
  interchange: InterchangeRecord;
}

/** Tells an order what the supplier's application says of what was sent to him: only of that, and only data of the same usage. */
export async function applyAdvice(
  unit: UnitOfWork,
  context: PipelineContext,
  received: ReceivedDocument,
  document: ApplicationAdvice,
): Promise<AppliedDocument> {
  const { record, partner, test, transaction } = received;
  const answered = transaction === undefined ? 1 : countAnswered(transaction);
  if (answered > 1) return reportSeveral(unit, context, received, answered);
  const order = await findOrder(unit, context, received, document);
  if (order === undefined) return reportUnmatched(unit, context, received, document);
  await linkOrder(unit, context, order.id, record.id);
  const sendings = await listSendings(unit, order);
  const alike = sendings.filter(({ interchange }) => test === undefined || interchange.test === test);
  const meant = findMeant(alike, document);
  if (meant === undefined) {
    return findMeant(sendings, document) === undefined
      ? reportUnmatched(unit, context, received, document)
      : reportUsage(unit, context, received, order);
  }
  const decision = await applyOrderEvent(unit, context, order.id, partner.partner, {
    type: 'applicationAdviceReceived',
    id: `document/${record.id}`,
    documentId: meant.documentId,
    document,
    documentRef: {
      documentId: record.id,
      contentHash: sha256Of(stableText(document)),
      fileId: record.fileId,
    },
  });
  return { status: decision.changed ? 'applied' : 'duplicate', findings: [] };
}

/** Of how many documents it speaks: each has an OTI of its own. */
function countAnswered({ standard, segments }: Transaction): number {
  if (standard !== 'x12') return 1;
  let count = 0;
  for (let index = 0; index < segments.length; index += 1) if (segments.id(index) === 'OTI') count += 1;
  return count;
}

/** Its reasons could not be told apart: nothing of it is applied, and a person looks at it. */
async function reportSeveral(
  unit: UnitOfWork,
  context: PipelineContext,
  received: ReceivedDocument,
  count: number,
): Promise<AppliedDocument> {
  const { partner, record } = received;
  return refuse(unit, context, received, {
    type: 'MAP_ERROR',
    message:
      `${record.transactionType} ${record.number} of ${partner.name} speaks of ${count} documents at once: ` +
      'nothing of it was applied. Look into the file, and ask for one advice for each document.',
    actual: String(count),
    actions: ['askSupplier', 'dismiss'],
  });
}

async function findOrder(
  unit: UnitOfWork,
  context: PipelineContext,
  { partner }: ReceivedDocument,
  { regarding }: ApplicationAdvice,
): Promise<OrderRecord | undefined> {
  for (const written of [regarding.orderId, regarding.id]) {
    if (written === undefined) continue;
    const { id } = await findNamed(unit, context, partner, written);
    const order = await unit.get('orders', id);
    if (order?.partnerId === partner.partner && order.state.phase === 'live') return order;
  }
  return undefined;
}

/** Oldest first, what was sent again after what it took the place of. */
async function listSendings(unit: UnitOfWork, { state }: OrderRecord): Promise<Sending[]> {
  const sendings: Sending[] = [];
  for (const { documentType, documentId, earlierIds = [] } of state.documents) {
    for (const id of new Set([...earlierIds, ...(documentId === undefined ? [] : [documentId])])) {
      const sent = await unit.get('documents', id);
      const interchange = sent && (await unit.get('interchanges', sent.interchangeId));
      if (interchange !== undefined) sendings.push({ documentId: id, documentType, interchange });
    }
  }
  return sendings;
}

/** By its control numbers where the advice names them; else the newest of its kind. */
function findMeant(sendings: readonly Sending[], { regarding }: ApplicationAdvice): Sending | undefined {
  const { documentType, groupControlNumber: group, controlNumber } = regarding;
  const isNamed = ({ interchange }: Sending): boolean =>
    interchange.groups.some(
      (each) =>
        withoutZeros(each.controlNumber) === withoutZeros(group!) &&
        (controlNumber === undefined ||
          each.transactions.some(
            (transaction) => withoutZeros(transaction.controlNumber) === withoutZeros(controlNumber),
          )),
    );
  const named = group === undefined ? undefined : sendings.findLast(isNamed);
  return named ?? sendings.findLast((sending) => sending.documentType === documentType);
}

async function reportUnmatched(
  unit: UnitOfWork,
  context: PipelineContext,
  received: ReceivedDocument,
  { regarding, status }: ApplicationAdvice,
): Promise<AppliedDocument> {
  const { partner, record } = received;
  const what = `${regarding.documentType === 'order' ? 'order' : 'a change of order'} ${regarding.orderId ?? regarding.id}`;
  const message = `${partner.name} sent ${record.transactionType} ${record.number} (${SAYS[status]}) about ${what}, and no such document was sent to it.`;
  return refuse(unit, context, received, {
    type: 'ADVICE_UNMATCHED',
    message,
    actual: regarding.orderId ?? regarding.id,
  });
}

const SAYS = {
  accepted: 'accepted',
  acceptedWithErrors: 'accepted with errors',
  rejected: 'rejected',
} as const;

async function reportUsage(
  unit: UnitOfWork,
  context: PipelineContext,
  received: ReceivedDocument,
  order: OrderRecord,
): Promise<AppliedDocument> {
  const { partner, record, test } = received;
  const [found, expected] = test === true ? ['test', 'production'] : ['production', 'test'];
  return refuse(unit, context, received, {
    type: 'USAGE_MISMATCH',
    orderId: order.id,
    message: `${partner.name} sent ${record.transactionType} ${record.number} as ${found} data about order ${order.number}, which went out as ${expected} data. Nothing of it was applied.`,
    actual: found,
    expected: expected,
  });
}

interface Refusal {
  type: ExceptionType;
  message: string;
  actual: string;
  expected?: string;
  orderId?: string;
  actions?: readonly [ExceptionAction, ...ExceptionAction[]];
}

async function refuse(
  unit: UnitOfWork,
  context: PipelineContext,
  { record, partner }: ReceivedDocument,
  { type, message, actual, expected, orderId, actions }: Refusal,
): Promise<AppliedDocument> {
  await raiseException(unit, context, {
    type,
    subject: {
      partnerId: partner.partner,
      documentId: record.id,
      fileId: record.fileId,
      ...(orderId !== undefined && { orderId }),
    },
    discriminator: record.id,
    detail: message,
    ...(actions !== undefined && { actions }),
    ...(record.document?.documentType === 'applicationAdvice' && {
      evidence: record.document.reasons.map(({ title, text, errorCode, code }) => ({
        text: text ?? title ?? errorCode ?? code,
        documentId: record.id,
        fileId: record.fileId,
      })),
    }),
  });
  const finding: Finding = {
    code: type,
    severity: 'error',
    message,
    place: { ...record.ordinal },
    actual,
    ...(expected !== undefined && { expected }),
  };
  return { status: 'rejected', findings: [finding] };
}
