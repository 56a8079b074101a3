import type { Finding } from '../common/finding.ts';
import type { ExceptionInput } from '../tracking/exceptions.ts';
import { detectSyntax } from '../edi/detect.ts';
import type { PipelineContext } from './context.ts';
import { raiseException } from './exceptions.ts';
import { processEdi } from './process-edi.ts';
import { processXml } from './process-xml.ts';
import type { Operation } from './ports/store.ts';
import type { FileRecord } from './records.ts';
import { UnitOfWork } from './unit-of-work.ts';
import { enqueue } from './work-queue.ts';

/** What became of a file as a whole. */
export interface FileOutcome {
  status: Extract<FileRecord['status'], 'processed' | 'partlyProcessed' | 'rejected' | 'ignored'>;
  syntax: string;
  /** Partner by the envelope; '' when unknown. */
  partnerId: string;
  findings: Finding[];
  summary: string;
  /** What a person has to look at, beyond what the interchanges have raised themselves. */
  exceptions: ExceptionInput[];
}

/**
 * Processes an archived file. Each interchange is one commit of its own; the file's outcome and the completion of the leased
 * item are the last one. After a crash in between it runs again: interchanges that are decided already are recognised by
 * their record and skipped. `again` is the reprocessing that a person asked for: what was not applied is tried once more.
 */
export async function processFile(
  context: PipelineContext,
  { fileId, again }: { fileId: string; again: boolean },
  complete: () => readonly Operation[],
): Promise<void> {
  const file = await context.store.get('files', fileId);
  const unit = new UnitOfWork(context.store);
  unit.add(complete());
  if (file?.status === 'received') {
    const bytes = (await context.store.readArchive(file.sha256)) ?? new Uint8Array();
    const outcome = await decideFile(context, file, bytes, again);
    await recordOutcome(unit, context, file, outcome);
  }
  unit.afterCommit(context.wake);
  await unit.commit();
}

async function decideFile(
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  again: boolean,
): Promise<FileOutcome> {
  const detected = detectSyntax(bytes);
  switch (detected.syntax) {
    case 'x12':
    case 'edifact':
      return processEdi(context, file, bytes, detected.syntax, again);
    case 'xml':
      return processXml(context, file, bytes, again);
    default:
      return unknownSyntax(file, detected.syntax, detected.reason);
  }
}

/** Nothing in the file could be read as what it claims to be, or it claims nothing. */
export function unreadableFile(file: FileRecord, syntax: string, finding: Finding): FileOutcome {
  return {
    status: 'rejected',
    syntax,
    partnerId: file.partnerId,
    findings: [finding],
    summary: 'not readable',
    exceptions: [
      {
        type: 'PARSE_ERROR',
        subject: { fileId: file.id, ...(file.partnerId !== '' && { partnerId: file.partnerId }) },
        detail: finding.message,
        evidence: [{ text: finding.message, fileId: file.id, place: finding.place }],
      },
    ],
  };
}

function unknownSyntax(file: FileRecord, syntax: string, reason: string): FileOutcome {
  return unreadableFile(file, syntax, {
    code: 'SYNTAX_UNKNOWN',
    severity: 'error',
    message:
      `${file.name} (${file.sizeBytes} bytes) is not a file that Tradelane reads: ${reason}. ` +
      'Expected X12 (ISA…), EDIFACT (UNA or UNB…) or XML. Ask the partner for the file again.',
    place: { file: file.name },
    actual: syntax,
    expected: 'x12, edifact, xml',
  });
}

async function recordOutcome(
  unit: UnitOfWork,
  context: PipelineContext,
  file: FileRecord,
  outcome: FileOutcome,
): Promise<void> {
  const worst = (['error', 'warning', 'info'] as const).find((severity) =>
    outcome.findings.some((finding) => finding.severity === severity),
  );
  unit.update('files', {
    ...file,
    status: outcome.status,
    syntax: outcome.syntax,
    partnerId: outcome.partnerId === '' ? file.partnerId : outcome.partnerId,
    findings: outcome.findings,
    summary: outcome.summary,
    finishedAt: context.clock.now(),
    ...(worst !== undefined && { worst }),
  });
  for (const exception of outcome.exceptions) await raiseException(unit, context, exception);
  if (outcome.status !== 'rejected') return;
  unit.add(
    enqueue(context, {
      kind: 'rejectFile',
      key: `reject/${file.id}`,
      orderingKey: '',
      partnerId: file.partnerId,
      payload: { fileId: file.id, reason: rejectionText(file, outcome) },
    }),
  );
}

/** The text that lies beside a rejected file. */
function rejectionText(file: FileRecord, outcome: FileOutcome): string {
  const lines = outcome.findings.map((finding) => `- ${finding.message} [${finding.code}]`);
  return [
    `${file.name} was rejected. It was received at ${file.createdAt} and is kept under SHA-256 ${file.sha256}.`,
    '',
    ...lines,
    '',
  ].join('\n');
}
