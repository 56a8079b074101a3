import { localDate } from '../../common/calendar.ts';
import { dec, formatDecimal } from '../../common/decimal.ts';
import { GatewayError } from '../../common/errors.ts';
import type { PipelineContext } from '../context.ts';
import { DryRunStore } from '../intake/dry-run-store.ts';
import { findExchangeRate } from '../invoices/exchange-rate.ts';
import type { Actor } from '../actor.ts';
import { processFile } from '../intake/process-file.ts';
import { reprocessFile } from '../intake/reprocess.ts';
import { reissueDocument, retransmitFile } from '../outbound/send-again.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { commandOf, describeEffects } from './describe-effects.ts';
import type { RepeatItem, RepeatVerb } from './repeat-model.ts';

const NOBODY: Actor = { name: 'preview', roles: [] };

/** Does it on a store that keeps nothing, and tells what would happen. Throws what is not a refusal. */
export async function previewRepeat(
  context: PipelineContext,
  verb: RepeatVerb,
  id: string,
): Promise<RepeatItem> {
  const store = new DryRunStore(context.store);
  const dry: PipelineContext = { ...context, store, wake: () => undefined };
  const name = await nameOf(context, verb, id);
  try {
    await PREVIEWS[verb](dry, id);
  } catch (error) {
    if (!(error instanceof GatewayError) || !REFUSALS.has(error.code)) throw error;
    return { id, name, outcome: 'refused', text: error.message, effects: [] };
  }
  const amount = await amountBehind(context, verb, id);
  const effects = await describeEffects(store, context.store);
  return { id, name, outcome: 'possible', effects, ...(amount !== undefined && { amount }) };
}

const REFUSALS: ReadonlySet<string> = new Set(['INVALID_REQUEST', 'NOT_FOUND', 'CONFLICT', 'ENCODE_FAILED']);

const PREVIEWS: Readonly<Record<RepeatVerb, (dry: PipelineContext, id: string) => Promise<void>>> = {
  async retransmit(dry, id) {
    await retransmitFile(dry, id, 'preview', NOBODY);
  },
  async reissue(dry, id) {
    await reissueDocument(dry, id, 'preview', NOBODY);
  },
  async reprocess(dry, id) {
    await reprocessFile(dry, id, 'preview', NOBODY);
    await processFile(dry, { fileId: id, again: true }, () => []);
  },
  async redrive(dry, id) {
    const item = await dry.store.get('work', id);
    if (item === undefined) throw new GatewayError('NOT_FOUND', `There is no work item ${id}.`);
    if (item.status !== 'dead')
      throw new GatewayError(
        'INVALID_REQUEST',
        `Work item ${id} is ${item.status}; only what was given up is redriven.`,
      );
    await dry.store.commit([{ op: 'update', collection: 'work', record: { ...item, status: 'ready' } }]);
  },
};

async function nameOf({ store }: PipelineContext, verb: RepeatVerb, id: string): Promise<string> {
  if (verb === 'reissue') {
    const document = await store.get('documents', id);
    return document === undefined ? id : `${document.transactionType} ${document.number}`;
  }
  const item = verb === 'redrive' ? await store.get('work', id) : undefined;
  const fileId = verb === 'redrive' ? item?.payload['fileId'] : id;
  const file = typeof fileId === 'string' ? await store.get('files', fileId) : undefined;
  const what = file?.summary ?? file?.name;
  return [item?.kind, what].filter((part) => part !== undefined).join(' of ') || id;
}

/** Undefined where a rate is missing: then nobody can say that it is little. */
async function amountBehind(
  context: PipelineContext,
  verb: RepeatVerb,
  id: string,
): Promise<string | undefined> {
  const unit = new UnitOfWork(context.store);
  const company = context.partners.company.currency;
  const today = localDate(context.clock.now(), context.policyOf('').companyCalendar.timeZone);
  let total = dec('0');
  for (const { amount, currency } of await moneyBehind(unit, verb, id)) {
    const rate = currency === company ? '1' : await findExchangeRate(unit, currency, today);
    if (rate === undefined) return undefined;
    total = total.plus(dec(amount).times(rate));
  }
  return formatDecimal(total);
}

async function moneyBehind(
  unit: UnitOfWork,
  verb: RepeatVerb,
  id: string,
): Promise<{ amount: string; currency: string }[]> {
  const orders = new Set<string>();
  const documents = new Set<string>();
  if (verb === 'reissue') documents.add(id);
  else {
    const item = verb === 'redrive' ? await unit.get('work', id) : undefined;
    for (const orderId of (item === undefined ? undefined : commandOf(item))?.orderIds ?? [])
      orders.add(orderId);
    const fileId = verb === 'redrive' ? item?.payload['fileId'] : id;
    if (typeof fileId === 'string')
      for (const document of await unit.findAll('documents', { fileId }, (one) => one.fileId === fileId))
        documents.add(document.id);
  }
  const money: { amount: string; currency: string }[] = [];
  for (const documentId of documents) {
    const joins = await unit.findAll(
      'orderDocuments',
      { documentId },
      (join) => join.documentId === documentId,
    );
    for (const { orderId } of joins) orders.add(orderId);
  }
  for (const orderId of orders) {
    const order = await unit.get('orders', orderId);
    if (order !== undefined) money.push({ amount: order.totalAmount, currency: order.currency });
  }
  return money;
}
