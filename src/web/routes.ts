import type { Endpoint } from './endpoint.ts';
import { acknowledgeErpCommands } from './endpoints/acknowledge-erp-commands.ts';
import { assignException } from './endpoints/assign-exception.ts';
import { cancelOrder } from './endpoints/cancel-order.ts';
import { changeOrder } from './endpoints/change-order.ts';
import { checkErp } from './endpoints/check-erp.ts';
import { commentException } from './endpoints/comment-exception.ts';
import { countExceptions } from './endpoints/count-exceptions.ts';
import { createToken } from './endpoints/create-token.ts';
import { decideClaim } from './endpoints/decide-claim.ts';
import { decideException } from './endpoints/decide-exception.ts';
import { downloadCertificate } from './endpoints/download-certificate.ts';
import { downloadAs2Evidence } from './endpoints/download-as2-evidence.ts';
import { discardWork } from './endpoints/discard-work.ts';
import { downloadFile } from './endpoints/download-file.ts';
import { eraseFile } from './endpoints/erase-file.ts';
import { listLegalHolds } from './endpoints/list-legal-holds.ts';
import { placeLegalHold } from './endpoints/place-legal-hold.ts';
import { releaseLegalHold } from './endpoints/release-legal-hold.ts';
import { decideApproval } from './endpoints/decide-approval.ts';
import { listApprovals } from './endpoints/list-approvals.ts';
import { replayFile } from './endpoints/replay-file.ts';
import { runRepeat } from './endpoints/run-repeat.ts';
import { listRepeats } from './endpoints/list-repeats.ts';
import { showRepeat } from './endpoints/show-repeat.ts';
import { showRepeatRules } from './endpoints/show-repeat-rules.ts';
import { previewRetention } from './endpoints/preview-retention.ts';
import { showRetention } from './endpoints/show-retention.ts';
import { listAs2Messages } from './endpoints/list-as2-messages.ts';
import { holdInvoice } from './endpoints/hold-invoice.ts';
import { acceptCertificate } from './endpoints/accept-certificate.ts';
import { listCertificateProposals } from './endpoints/list-certificate-proposals.ts';
import { proposeCertificate } from './endpoints/propose-certificate.ts';
import { rejectCertificate } from './endpoints/reject-certificate.ts';
import { showCertificateProposal } from './endpoints/show-certificate-proposal.ts';
import { withdrawCertificate } from './endpoints/withdraw-certificate.ts';
import { listCertificates } from './endpoints/list-certificates.ts';
import { listChannels } from './endpoints/list-channels.ts';
import { listClaims } from './endpoints/list-claims.ts';
import { listDocuments } from './endpoints/list-documents.ts';
import { listErpCommands } from './endpoints/list-erp-commands.ts';
import { listEvents } from './endpoints/list-events.ts';
import { listExceptions } from './endpoints/list-exceptions.ts';
import { listFiles } from './endpoints/list-files.ts';
import { listInvoices } from './endpoints/list-invoices.ts';
import { listOrders } from './endpoints/list-orders.ts';
import { listPartners } from './endpoints/list-partners.ts';
import { listSegments } from './endpoints/list-segments.ts';
import { listTokens } from './endpoints/list-tokens.ts';
import { listWork } from './endpoints/list-work.ts';
import { openClaim } from './endpoints/open-claim.ts';
import { previewFile } from './endpoints/preview-file.ts';
import { readErp } from './endpoints/read-erp.ts';
import { receiveGoods } from './endpoints/receive-goods.ts';
import { reconcileErp } from './endpoints/reconcile-erp.ts';
import { redriveWork } from './endpoints/redrive-work.ts';
import { releaseOrder } from './endpoints/release-order.ts';
import { removeToken } from './endpoints/remove-token.ts';
import { reopenException } from './endpoints/reopen-exception.ts';
import { reissueDocument } from './endpoints/reissue-document.ts';
import { reprocessFile } from './endpoints/reprocess-file.ts';
import { retransmitFile } from './endpoints/retransmit-file.ts';
import { saveMasterData } from './endpoints/save-master-data.ts';
import { search } from './endpoints/search.ts';
import { showClaim } from './endpoints/show-claim.ts';
import { showDocument } from './endpoints/show-document.ts';
import { showErp } from './endpoints/show-erp.ts';
import { showException } from './endpoints/show-exception.ts';
import { showFile } from './endpoints/show-file.ts';
import { showInvoice } from './endpoints/show-invoice.ts';
import { showOrder } from './endpoints/show-order.ts';
import { showPartner } from './endpoints/show-partner.ts';
import { showSession } from './endpoints/show-session.ts';
import { showSummary } from './endpoints/show-summary.ts';
import { showWork } from './endpoints/show-work.ts';
import { snoozeException } from './endpoints/snooze-exception.ts';
import { testChannel } from './endpoints/test-channel.ts';
import { uploadFile } from './endpoints/upload-file.ts';

/** Every address of the API. */
export const routes: readonly Endpoint[] = [
  listExceptions,
  countExceptions,
  showException,
  decideException,
  assignException,
  snoozeException,
  commentException,
  reopenException,
  listOrders,
  showOrder,
  releaseOrder,
  changeOrder,
  cancelOrder,
  receiveGoods,
  saveMasterData,
  listEvents,
  listErpCommands,
  acknowledgeErpCommands,
  listDocuments,
  showDocument,
  listFiles,
  showFile,
  downloadFile,
  listAs2Messages,
  downloadAs2Evidence,
  listSegments,
  reissueDocument,
  reprocessFile,
  retransmitFile,
  replayFile,
  eraseFile,
  listLegalHolds,
  placeLegalHold,
  releaseLegalHold,
  showRetention,
  previewRetention,
  runRepeat,
  listRepeats,
  showRepeat,
  showRepeatRules,
  listApprovals,
  decideApproval,
  uploadFile,
  previewFile,
  listInvoices,
  showInvoice,
  holdInvoice,
  listClaims,
  showClaim,
  openClaim,
  decideClaim,
  listWork,
  showWork,
  redriveWork,
  discardWork,
  listPartners,
  showPartner,
  listChannels,
  testChannel,
  listCertificates,
  listCertificateProposals,
  showCertificateProposal,
  proposeCertificate,
  acceptCertificate,
  rejectCertificate,
  withdrawCertificate,
  downloadCertificate,
  showErp,
  checkErp,
  readErp,
  reconcileErp,
  search,
  showSummary,
  showSession,
  listTokens,
  createToken,
  removeToken,
];
