import type { Finding } from '../../common/finding.ts';
import type { StreamedAnswer } from '../../edi/acknowledgment/acknowledge.ts';
import type { Interchange } from '../../edi/model.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { addressOf, resolvePartner } from '../../partners/resolve-partner.ts';
import { recordAnswer } from './acknowledge-interchange.ts';
import type { PipelineContext } from '../context.ts';
import { claimInterchange } from './interchange-claim.ts';
import { usageOf } from './interchange-in-process.ts';
import type { InterchangeInProcess } from './interchange-in-process.ts';
import { toInterchangeRecord } from './interchange-record.ts';
import type { InterchangeVerdict } from './interchange-record.ts';
import { reportSender, reportUsage } from './interchange-troubles.ts';
import type { FileRecord, InterchangeRecord } from '../records.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** The content of an interchange that may be processed: what is due to the partner for it. */
type ProcessContent = (inProcess: InterchangeInProcess) => Promise<StreamedAnswer<unknown>>;

/** Decided before a crash, or a repeat of another: only the file's own outcome is missing. */
export function isSettled(known: InterchangeRecord | undefined, again: boolean): known is InterchangeRecord {
  return known !== undefined && (!again || known.status === 'duplicate');
}

/** Whose interchange it is, and what speaks against processing it. */
export function findSender(
  context: PipelineContext,
  file: FileRecord,
  interchange: Interchange,
): { partner: Partner; findings: Finding[] } | { partner?: never; findings: [Finding, ...Finding[]] } {
  const resolved = resolvePartner(context.partners, addressOf(interchange, interchange.groups[0]));
  if (resolved.partner === undefined) return resolved;
  const { partner, findings } = resolved;
  if (file.partnerId === '' || file.partnerId === partner.partner) return { partner, findings };
  return { findings: [foreignSender(file, partner, interchange)] };
}

/** True where it was applied before; its control number is its own then. */
export function wasApplied(known: InterchangeRecord | undefined): boolean {
  return known?.status === 'accepted' || known?.status === 'partlyAccepted';
}

/** Decides about the envelope of an interchange, has its content processed where it may be, and records what came of it. */
export async function decideInterchange(
  unit: UnitOfWork,
  context: PipelineContext,
  given: Pick<InterchangeInProcess, 'file' | 'bytes' | 'interchange' | 'id' | 'contentSha256'>,
  known: InterchangeRecord | undefined,
  processContent: ProcessContent,
): Promise<InterchangeRecord> {
  const { interchange } = given;
  const write = (verdict: InterchangeVerdict): InterchangeRecord => {
    const record = toInterchangeRecord(context, given, known, verdict);
    if (known === undefined) unit.insert('interchanges', record);
    else unit.update('interchanges', record);
    return record;
  };
  const { partner, findings } = findSender(context, given.file, interchange);
  if (partner === undefined) {
    await reportSender(unit, context, given, findings);
    return write({ status: 'rejected', partnerId: '', findings, acknowledgmentFileIds: [] });
  }
  const usage = usageOf(findings);
  const appliedBefore = wasApplied(known);
  const inProcess: InterchangeInProcess = { ...given, partner, usage, appliedBefore };
  const partnerId = partner.partner;
  const claim = appliedBefore ? {} : await claimInterchange(unit, context, inProcess);
  if (claim.repeat !== undefined) {
    return write({
      status: claim.repeat,
      partnerId,
      findings: [...findings, claim.finding],
      acknowledgmentFileIds: [],
    });
  }
  const answer = await processContent(inProcess);
  await reportUsage(unit, context, inProcess, findings);
  const { verdict, groups } = answer.decision;
  const acceptedCount = groups.reduce((count, { accepted }) => count + accepted, 0);
  const decided = { status: STATUS_BY_VERDICT[verdict], acceptedCount };
  const isAnswered = known !== undefined && wasLookedAt(known) && !isBetter(known, decided);
  const acknowledgmentFileIds = isAnswered
    ? known.acknowledgmentFileIds
    : await recordAnswer(unit, context, inProcess, answer);
  return write({ ...decided, partnerId, findings, acknowledgmentFileIds });
}

/** A partner may not speak for another: what comes over its channel is its own. */
function foreignSender(file: FileRecord, partner: Partner, interchange: Interchange): Finding {
  return {
    code: 'FOREIGN_SENDER',
    severity: 'error',
    message: `${file.name} came over the channel of ${file.partnerId}, but its envelope names ${partner.partner} as the sender. Nothing of it was applied`,
    place: { interchange: interchange.interchange },
    actual: partner.partner,
    expected: file.partnerId,
  };
}

const STATUS_BY_VERDICT = {
  accepted: 'accepted',
  acceptedWithErrors: 'accepted',
  partial: 'partlyAccepted',
  rejected: 'rejected',
} as const;

/** Its content was decided on, and answered if the partner wants an answer; not so of an unknown sender, or in quarantine. */
function wasLookedAt({ status, partnerId }: InterchangeRecord): boolean {
  return status !== 'quarantined' && partnerId !== '';
}

type Decided = Pick<InterchangeRecord, 'status' | 'acceptedCount'>;

/** A reprocessed interchange is answered again only where its first answer refused what is accepted now (5.13). */
function isBetter(before: Decided, now: Decided): boolean {
  if (before.status === 'accepted' || now.status === 'rejected') return false;
  if (before.status !== now.status) return true;
  // Records of earlier releases do not say how many it were.
  return before.acceptedCount !== undefined && now.acceptedCount! > before.acceptedCount;
}
