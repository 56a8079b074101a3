import { GatewayError } from '../../common/errors.ts';
import type { Contact } from '../../partners/partner-schema.ts';
import { readContent } from '../intake/archived-content.ts';
import type { PipelineContext } from '../context.ts';
import { closeDeadLetter } from './dead-letters.ts';
import { findWay, whyNoChannel } from '../outbound/delivery-way.ts';
import { recordDelivery, recordReceiptAwaited } from '../outbound/delivery.ts';
import { announceDocument } from '../partner-api/partner-events.ts';
import type { PartnerEvent } from '../partner-api/partner-events.ts';
import type { FetchedChannel } from '../partner-api/partner-outbox.ts';
import { releaseCredited } from '../invoices/release-credited.ts';
import { rematchInvoices } from '../invoices/rematch-invoices.ts';
import type { RematchScope } from '../invoices/enqueue-rematch.ts';
import type { Alerts } from '../ports/alerts.ts';
import type { EventSink } from '../ports/events.ts';
import type { Erp, ErpCommand } from '../ports/erp.ts';
import type { Channel } from '../ports/transport.ts';
import { processFile } from '../intake/process-file.ts';
import { listEvents } from '../orders/publish-events.ts';
import type { WorkKind, WorkRecord } from '../records.ts';
import { retryOnConflict } from './retry.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import type { Lease } from './work-queue.ts';

/** What the handlers reach the outside through. */
export interface Outside {
  /** That channel of the partner; without a name its first one. */
  channelOf: (partnerId: string, name?: string) => Channel | undefined;
  erp: Erp;
  /** Sends the receipt that we owe for a message received over a channel that has receipts (AS2); by the message's id. */
  sendReceipt?: (messageId: string) => Promise<void>;
  /** Calls the webhook of a partner's channel. */
  tellPartner?: (channel: FetchedChannel, event: PartnerEvent) => Promise<void>;
  alerts: Alerts;
  /** Where business events go as they happen; absent where nobody subscribed. */
  events?: EventSink;
  /** Address of the console, for links in notices. */
  consoleUrl: string;
}

export type WorkHandler = (lease: Lease) => Promise<void>;

/**
 * One handler for each kind of work. The effect happens outside first; its result and the item's completion are one commit.
 * After a crash in between the item is done again: that is safe because every receiver knows the key of the effect.
 */
export function createWorkHandlers(
  context: PipelineContext,
  outside: Outside,
): Record<WorkKind, WorkHandler> {
  return {
    processFile: ({ item, complete }) =>
      processFile(context, { fileId: text(item, 'fileId'), again: 'reason' in item.payload }, complete),
    sendFile: (lease) => sendFile(context, outside, lease),
    sendReceipt: async ({ item, complete }) => {
      await outside.sendReceipt?.(text(item, 'messageId'));
      await retryOnConflict(() => finish(context, item, complete));
    },
    sendEvents: (lease) => sendEvents(context, outside, lease),
    rejectFile: (lease) => rejectFile(context, outside, lease),
    writeErp: (lease) => writeErp(context, outside, lease),
    rematchInvoices: ({ item, complete }) =>
      retryOnConflict(async () => {
        const unit = new UnitOfWork(context.store);
        unit.add(complete());
        if (text(item, 'creditedInvoice') === '') {
          await rematchInvoices(unit, context, scopeOf(item), text(item, 'trigger'));
        } else {
          const [invoiceId, claim] = [text(item, 'creditedInvoice'), text(item, 'claim')];
          await releaseCredited(unit, context, { invoiceId, claim, creditNote: text(item, 'creditNote') });
        }
        unit.afterCommit(context.wake);
        await unit.commit();
      }),
    notify: (lease) => notify(context, outside, lease),
    tellPartner: async ({ item, complete }) => {
      const channel = { partnerId: item.partnerId, channelName: text(item, 'channelName') };
      await outside.tellPartner?.(channel, item.payload['event'] as PartnerEvent);
      await retryOnConflict(() => finish(context, item, complete));
    },
  };
}

async function sendFile(
  context: PipelineContext,
  outside: Outside,
  { item, complete }: Lease,
): Promise<void> {
  const file = await context.store.get('files', text(item, 'fileId'));
  const bytes = file === undefined ? undefined : await readContent(context.store, file);
  if (file === undefined || bytes === undefined) {
    throw new GatewayError(
      'STORE_CORRUPT',
      `Work item ${item.id}: the file ${text(item, 'fileId')} or its bytes are gone.`,
    );
  }
  const way = await findWay(context, file);
  const channel = outside.channelOf(file.partnerId, way.channelName);
  if (channel === undefined) throw new GatewayError('PARTNER_INVALID', whyNoChannel(context, way));
  const receipt = await channel.send({
    name: file.name,
    bytes,
    key: item.key,
    ...(file.answersFileId !== undefined && { acknowledgment: true }),
    ...(file.entity !== undefined && { entity: file.entity }),
  });
  await retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    unit.add(complete());
    if (receipt.receiptAwaited === true) {
      await recordReceiptAwaited(unit, file.id);
      await announceDocument(unit, context, file);
    } else {
      await recordDelivery(unit, context, file.id, receipt.at);
      await closeDeadLetter(unit, context, item);
    }
    unit.afterCommit(context.wake);
    await unit.commit();
  });
}

/** The events of one publication, in their order. */
async function sendEvents(
  context: PipelineContext,
  outside: Outside,
  { item, complete }: Lease,
): Promise<void> {
  const [after, upTo] = [Number(item.payload['after']), Number(item.payload['upTo'])];
  const published = await listEvents(context.store, after, upTo - after);
  await outside.events?.send({ key: item.key, events: published.map(({ event }) => event) });
  await retryOnConflict(() => finish(context, item, complete));
}

async function rejectFile(
  context: PipelineContext,
  outside: Outside,
  { item, complete }: Lease,
): Promise<void> {
  const file = await context.store.get('files', text(item, 'fileId'));
  const bytes = file === undefined ? undefined : await readContent(context.store, file);
  // Back over the channel that it came in by, whomever its envelope names.
  const channel = outside.channelOf(item.partnerId, file?.channelName);
  if (file !== undefined && bytes !== undefined && channel !== undefined) {
    await channel.reject({ name: file.name, bytes, reason: text(item, 'reason') });
  }
  await retryOnConflict(() => finish(context, item, complete));
}

async function writeErp(
  context: PipelineContext,
  outside: Outside,
  { item, complete }: Lease,
): Promise<void> {
  const command = item.payload['command'] as ErpCommand;
  await outside.erp.write(command);
  await retryOnConflict(() => finish(context, item, complete));
}

async function notify(context: PipelineContext, outside: Outside, { item, complete }: Lease): Promise<void> {
  const { audience, template, data, orderId } = item.payload as {
    audience: string;
    template: string;
    data: Record<string, string>;
    orderId?: string;
  };
  const details = Object.entries(data).map(([name, value]) => `${name}: ${value}`);
  await outside.alerts.notify({
    key: item.key,
    audience:
      audience === 'supplier' || audience === 'supplierSecondContact'
        ? `${audience} ${item.partnerId}`
        : audience,
    contacts: contactsFor(context, audience, item.partnerId),
    subject: [template, orderId].filter((part) => part !== undefined && part !== '').join(' '),
    text: details.join('\n'),
    link:
      orderId === undefined || orderId === ''
        ? outside.consoleUrl
        : `${outside.consoleUrl}/orders/${encodeURIComponent(orderId)}`,
  });
  await retryOnConflict(() => finish(context, item, complete));
}

/** Whom of a partner a notice is for; where nobody is named for escalation, those who were asked first. */
function contactsFor({ partners }: PipelineContext, audience: string, partnerId: string): readonly Contact[] {
  if (audience !== 'supplier' && audience !== 'supplierSecondContact') return [];
  const contacts = partners.partners.find(({ partner }) => partner === partnerId)?.contacts ?? [];
  const [first, second] = [
    contacts.filter(({ role }) => role !== 'escalation'),
    contacts.filter(({ role }) => role === 'escalation'),
  ];
  return audience === 'supplier' || second.length === 0 ? first : second;
}

/** The item is done, and with it what was told when it had been given up. */
async function finish(
  context: PipelineContext,
  item: WorkRecord,
  complete: Lease['complete'],
): Promise<void> {
  const unit = new UnitOfWork(context.store);
  unit.add(complete());
  await closeDeadLetter(unit, context, item);
  await unit.commit();
}

function scopeOf(item: WorkRecord): RematchScope {
  const supplierId = text(item, 'supplierId');
  const deliveryNote = text(item, 'deliveryNote');
  if (supplierId === '') return { orderId: text(item, 'orderId') };
  return deliveryNote === ''
    ? { supplierId, originalNumber: text(item, 'originalNumber') }
    : { supplierId, deliveryNote };
}

function text(item: WorkRecord, name: string): string {
  const value = item.payload[name];
  return typeof value === 'string' ? value : '';
}
