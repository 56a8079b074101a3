import type { Finding } from '../../common/finding.ts';
import { parseXml, readCxmlUsage, xmlMessageType } from '../../edi/xml/index.ts';
import type { XmlElement } from '../../edi/xml/index.ts';
import type { Document } from '../../documents/document.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { listPartnerIdentities } from '../../partners/identities.ts';
import { resolvePartner, usageFinding } from '../../partners/resolve-partner.ts';
import type { PipelineContext } from '../context.ts';
import type { FileOutcome } from './file-outcome.ts';
import { unreadableFile } from './file-outcome.ts';
import type { FileRecord } from '../records.ts';
import { retryOnConflict } from '../work/retry.ts';
import { decideSingleDocument } from './single-document.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/** An XML document (UBL, cXML): one document, no envelope, no functional acknowledgment. One commit. */
export async function processXml(
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  again: boolean,
): Promise<FileOutcome> {
  const { root, findings } = parseXml(bytes);
  if (root === undefined)
    return unreadableFile(file, 'xml', {
      ...findings[0]!,
      place: { file: file.name, ...findings[0]!.place },
    });
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    const outcome = await decideXml(unit, context, file, bytes, root, again);
    unit.afterCommit(context.wake);
    await unit.commit();
    return outcome;
  });
}

async function decideXml(
  unit: UnitOfWork,
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  root: XmlElement,
  again: boolean,
): Promise<FileOutcome> {
  const channelPartner = context.partners.partners.find(({ partner }) => partner === file.partnerId);
  const partner = channelPartner ?? findBySender(context, root);
  if (partner === undefined) return unknownSender(file);
  const usage = usageOf(partner, root);
  return decideSingleDocument(unit, context, {
    file,
    bytes,
    partner,
    syntax: 'xml',
    ...(usage !== undefined && { usage }),
    transactionType: xmlMessageType(root),
    read: () => context.maps.readXml(partner, root),
    again,
  });
}

/** A cXML document says whether it is a test; UBL does not. */
function usageOf(partner: Partner, root: XmlElement): Finding | undefined {
  const usage = readCxmlUsage(root);
  if (usage === undefined) return undefined;
  const identities = listPartnerIdentities(partner, 'xml');
  const identity =
    identities.find(({ id }) => usage.from.some(({ identity: from }) => from.trim() === id)) ?? identities[0];
  return identity === undefined ? undefined : usageFinding(partner, 'xml', identity, usage.test);
}

/** The sender that the document names, where the channel belongs to nobody: every XML partner's own maps are asked. */
function findBySender(context: PipelineContext, root: XmlElement): Partner | undefined {
  for (const candidate of context.partners.partners) {
    if (candidate.xml === undefined) continue;
    const { document } = context.maps.readXml(candidate, root);
    const sender = document === undefined ? undefined : senderOf(document);
    const receiver =
      document === undefined
        ? undefined
        : document.documentType === 'receiptAdvice'
          ? undefined
          : document.buyer;
    if (sender?.id === undefined) continue;
    const resolved = resolvePartner(context.partners, {
      standard: 'xml',
      sender: { qualifier: '', id: sender.id },
      receiver: { qualifier: '', id: receiver?.id ?? '' },
      test: false,
    });
    if (resolved.partner?.partner === candidate.partner) return candidate;
    const own = candidate.xml.identities.some((identity) => identity.id === sender.id);
    if (own) return candidate;
  }
  return undefined;
}

function senderOf(document: Document) {
  return document.seller;
}

function unknownSender(file: FileRecord): FileOutcome {
  const finding: Finding = {
    code: 'UNKNOWN_PARTNER',
    severity: 'error',
    message: `${file.name} came over a channel of no partner, and no XML partner has the party that it names as its sender. Add its identity to the right partner.yaml and reprocess the file.`,
    place: { file: file.name },
  };
  return {
    status: 'rejected',
    syntax: 'xml',
    partnerId: '',
    findings: [finding],
    summary: 'unknown sender',
    exceptions: [{ type: 'UNKNOWN_PARTNER', subject: { fileId: file.id }, detail: finding.message }],
  };
}
