import type { Finding } from '../common/finding.ts';
import type { Leniency } from '../edi/leniency.ts';
import type { Interchange, ParsedFile } from '../edi/model.ts';
import { parseFile } from '../edi/parse.ts';
import { addressOf, resolvePartner } from '../partners/resolve-partner.ts';
import type { PipelineContext } from './context.ts';
import type { FileOutcome } from './process-file.ts';
import { unreadableFile } from './process-file.ts';
import type { InterchangeOutcome } from './process-interchange.ts';
import { processInterchange } from './process-interchange.ts';
import type { FileRecord } from './records.ts';
import { retryOnConflict } from './retry.ts';

/** An X12 or EDIFACT file: every interchange of it, one commit each. */
export async function processEdi(
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  syntax: 'x12' | 'edifact',
  again: boolean,
): Promise<FileOutcome> {
  const strict = parseFile(bytes);
  if (strict.interchanges.length === 0) {
    return unreadableFile(file, syntax, strict.findings[0] ?? noInterchange(file));
  }
  const outcomes: InterchangeOutcome[] = [];
  for (const interchange of strict.interchanges) {
    const lenient = parseAsAgreed(context, strict, interchange);
    outcomes.push(await retryOnConflict(() => processInterchange(context, file, bytes, lenient, again)));
  }
  return combine(strict, outcomes, syntax);
}

/** The same interchange under the leniency of its partner: the partner is known only once the envelope has been read. */
function parseAsAgreed(context: PipelineContext, strict: ParsedFile, interchange: Interchange): Interchange {
  const resolved = resolvePartner(context.partners, addressOf(interchange, interchange.groups[0]));
  const leniency: Leniency | undefined = resolved.partner?.leniency;
  if (leniency === undefined || !Object.values(leniency).some(Boolean)) return interchange;
  const lenient = parseFile(strict.bytes, { leniency }).interchanges;
  return lenient[interchange.interchange - 1] ?? interchange;
}

function combine(parsed: ParsedFile, outcomes: readonly InterchangeOutcome[], syntax: string): FileOutcome {
  const statuses = new Set(outcomes.map((outcome) => outcome.status));
  const only = (status: InterchangeOutcome['status']) => statuses.size === 1 && statuses.has(status);
  const status = only('duplicate')
    ? 'ignored'
    : only('rejected') || only('quarantined')
      ? 'rejected'
      : statuses.has('rejected') || statuses.has('partlyAccepted') || statuses.has('quarantined')
        ? 'partlyProcessed'
        : 'processed';
  return {
    status,
    syntax,
    partnerId: outcomes.find((outcome) => outcome.partnerId !== '')?.partnerId ?? '',
    findings: [...parsed.findings, ...outcomes.flatMap((outcome) => outcome.findings)],
    summary: outcomes.flatMap((outcome) => outcome.summary).join('; '),
    exceptions: [],
  };
}

function noInterchange(file: FileRecord): Finding {
  return {
    code: 'NO_INTERCHANGE',
    severity: 'error',
    message: `${file.name} holds no interchange. Expected a segment ISA or UNB.`,
    place: { file: file.name },
  };
}
