import { createAccessToken, removeAccessToken } from './access/access-tokens.ts';
import type { Channels } from './channels/channels.ts';
import type { PipelineContext } from './context.ts';
import { fireDeadlines } from './orders/deadlines.ts';
import { cancelOrder, changeOrder, receiveGoods, releaseOrder } from './erp/erp-intake.ts';
import { saveMasterData } from './erp/save-master-data.ts';
import { decideClaim, openClaimByPerson } from './claims/decide-claim.ts';
import { decideException } from './exceptions/decide-exception.ts';
import { discardWork, redriveWork } from './work/decide-dead-work.ts';
import {
  assignException,
  commentException,
  reopenException,
  snoozeException,
} from './exceptions/exception-actions.ts';
import type { Actor } from './actor.ts';
import type { Gateway } from './gateway.ts';
import { holdInvoice } from './invoices/hold-invoice.ts';
import { KeyedLock } from './work/keyed-lock.ts';
import { acknowledgeOffers } from './partner-api/partner-outbox.ts';
import { receiveSubmission } from './partner-api/partner-submission.ts';
import { createPartnerToken, removePartnerToken } from './access/partner-tokens.ts';
import { previewFile, replayFile } from './intake/preview-file.ts';
import { receiveFile } from './intake/receive-file.ts';
import type { RepeatVerb } from './repeat/repeat-model.ts';
import { assertOnePersonMay, decideApproval, planRepeat, runRepeat } from './repeat/run-repeat.ts';
import type { RepeatOne } from './repeat/carry-out.ts';
import { reprocessFile } from './intake/reprocess.ts';
import { RETENTION_CLASSES } from './retention/retention-report.ts';
import { eraseFile } from './retention/erase-file.ts';
import { placeLegalHold, releaseLegalHold } from './retention/legal-holds.ts';
import { retain } from './retention/retain.ts';
import { retryOnConflict } from './work/retry.ts';
import { reissueDocument, retransmitFile } from './outbound/send-again.ts';

/** The use cases behind one face. Each is decided again when somebody else changed what it read. */
export function createGateway(
  context: PipelineContext,
  channels: Pick<Channels, 'list' | 'test' | 'pollAll'>,
): Gateway {
  const lock = new KeyedLock();
  // Commands of people and of the ERP share the audit log's head: one after the other saves their conflicts.
  const decided = <T>(work: () => Promise<T>): Promise<T> =>
    lock.run('commands', () => retryOnConflict(work));
  const again: Record<RepeatVerb, (id: string, reason: string, actor: Actor) => Promise<unknown>> = {
    reprocess: (id, reason, actor) => decided(() => reprocessFile(context, id, reason, actor)),
    retransmit: (id, reason, actor) => decided(() => retransmitFile(context, id, reason, actor)),
    reissue: (id, reason, actor) => decided(() => reissueDocument(context, id, reason, actor)),
    redrive: (id, reason, actor) => decided(() => redriveWork(context, id, reason, actor)),
  };
  const one: RepeatOne = (verb, id, reason, actor) => again[verb](id, reason, actor);
  /** By one person, where one is enough. */
  const alone = async <T>(verb: RepeatVerb, id: string, reason: string, actor: Actor): Promise<T> => {
    await assertOnePersonMay(context, verb, id);
    return (await one(verb, id, reason, actor)) as T;
  };
  return {
    store: context.store,
    partners: context.partners,
    receiveFile: (file, handedInBy) => receiveFile(context, file, handedInBy),
    receiveSubmission: (submission) => receiveSubmission(context, submission),
    acknowledgeOffers: (channel, number) => acknowledgeOffers(context, channel, number),
    createAccessToken: (token, actor) => decided(() => createAccessToken(context, token, actor)),
    removeAccessToken: (name, actor) => decided(() => removeAccessToken(context, name, actor)),
    createPartnerToken: (token, actor) => decided(() => createPartnerToken(context, token, actor)),
    removePartnerToken: (name, actor) => decided(() => removePartnerToken(context, name, actor)),
    previewFile: (file) => previewFile(context, file),
    replayFile: (fileId) => replayFile(context, fileId),
    releaseOrder: (order, actor) => decided(() => releaseOrder(context, order, actor)),
    changeOrder: (change, actor) => decided(() => changeOrder(context, change, actor)),
    cancelOrder: (orderId, reason, actor) => decided(() => cancelOrder(context, orderId, reason, actor)),
    receiveGoods: (receipt, actor) => decided(() => receiveGoods(context, receipt, actor)),
    saveMasterData: (entries, actor) => decided(() => saveMasterData(context, entries, actor)),
    decideException: (id, decision, actor) => decided(() => decideException(context, id, decision, actor)),
    assignException: (id, assignee, actor) => decided(() => assignException(context, id, assignee, actor)),
    snoozeException: (id, until, actor) => decided(() => snoozeException(context, id, until, actor)),
    commentException: (id, text, actor) => decided(() => commentException(context, id, text, actor)),
    reopenException: (id, actor) => decided(() => reopenException(context, id, actor)),
    holdInvoice: (id, reason, actor) => decided(() => holdInvoice(context, id, reason, actor)),
    openClaim: (request, actor) => decided(() => openClaimByPerson(context, request, actor)),
    decideClaim: (id, decision, actor) => decided(() => decideClaim(context, id, decision, actor)),
    reprocessFile: (id, reason, actor) => alone('reprocess', id, reason, actor),
    retransmitFile: (id, reason, actor) => alone('retransmit', id, reason, actor),
    reissueDocument: (id, reason, actor) => alone('reissue', id, reason, actor),
    redriveWork: (id, reason, actor) => alone('redrive', id, reason, actor),
    planRepeat: (request) => planRepeat(context, request),
    runRepeat: (request, actor) => runRepeat(context, one, request, actor),
    decideApproval: (id, decision, actor) => decideApproval(context, one, id, decision, actor),
    discardWork: (id, reason, actor) => decided(() => discardWork(context, id, reason, actor)),
    retain: (options) => retain(context, options),
    eraseFile: (fileId, reason, actor) =>
      decided(async () => {
        await eraseFile(context, fileId, { classes: RETENTION_CLASSES, reason, actor });
      }),
    placeLegalHold: (hold, actor) => decided(() => placeLegalHold(context, hold, actor)),
    releaseLegalHold: (id, reason, actor) => decided(() => releaseLegalHold(context, id, reason, actor)),
    fireDeadlines: () => fireDeadlines(context),
    pollChannels: () => channels.pollAll(),
    listChannels: () => channels.list(),
    testChannel: (partnerId, name) => channels.test(partnerId, name),
  };
}
