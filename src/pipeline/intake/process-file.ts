import { GatewayError } from '../../common/errors.ts';
import { detectSyntax } from '../../edi/detect.ts';
import { readContent } from './archived-content.ts';
import type { PipelineContext } from '../context.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import type { Conclude, FileOutcome } from './file-outcome.ts';
import { failedFile, rejectionText, unreadableFile } from './file-outcome.ts';
import { closeMended } from '../exceptions/mended-exceptions.ts';
import { processEdi } from './process-edi.ts';
import { expectsCsv, processCsv } from './process-csv.ts';
import { processJson } from './process-json.ts';
import { processLargeEdi } from './process-large-edi.ts';
import { announceSubmission } from '../partner-api/partner-events.ts';
import { processXml } from './process-xml.ts';
import { readWhole } from '../ports/file-content.ts';
import type { FileContent, LargeContent } from '../ports/file-content.ts';
import type { Operation } from '../ports/store.ts';
import type { FileRecord } from '../records.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { enqueue } from '../work/work-queue.ts';

/** Files without transactions are read into memory up to this size. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

/**
 * Processes an archived file. Each interchange is one commit of its own; the file's outcome and the completion of the leased
 * item are part of the last one. After a crash in between it runs again: interchanges that are decided already are recognised by
 * their record and skipped. `again` is the reprocessing that a person asked for: what was not applied is tried once more.
 */
export async function processFile(
  context: PipelineContext,
  { fileId, again }: { fileId: string; again: boolean },
  complete: () => readonly Operation[],
): Promise<void> {
  const file = await context.store.get('files', fileId);
  const unit = new UnitOfWork(context.store);
  if (file?.status === 'received') {
    const conclude: Conclude = async (last, outcome) => {
      last.add(complete());
      await recordOutcome(last, context, file, outcome);
      if (again) await closeMended(last, context, file, outcome);
    };
    const content = (await readContent(context.store, file, context.wholeFileBytes)) ?? new Uint8Array();
    const outcome = await decideSafely(context, file, content, again, conclude);
    // It was concluded with its only interchange.
    if (outcome === undefined) return;
    await conclude(unit, outcome);
  } else {
    unit.add(complete());
  }
  unit.afterCommit(context.wake);
  await unit.commit();
}

/**
 * A fault of our own on this one file must not hold up those behind it: it is the file's verdict, and a person's to see. Trouble
 * of the store is thrown on, and tried again.
 */
async function decideSafely(
  context: PipelineContext,
  file: FileRecord,
  content: FileContent,
  again: boolean,
  conclude: Conclude,
): Promise<FileOutcome | undefined> {
  try {
    return content instanceof Uint8Array
      ? await decideFile(context, file, content, again, conclude)
      : await decideLargeFile(context, file, content, again, conclude);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    context.logger.error(
      { file: file.id, error },
      'A file could not be processed because of a fault of Tradelane',
    );
    return failedFile(file, error);
  }
}

async function decideFile(
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  again: boolean,
  conclude: Conclude,
): Promise<FileOutcome | undefined> {
  const detected = detectSyntax(bytes);
  switch (detected.syntax) {
    case 'x12':
    case 'edifact':
      return processEdi(context, file, bytes, detected.syntax, again, conclude);
    case 'xml':
      return processXml(context, file, bytes, again);
    case 'csv':
      return processCsv(context, file, bytes, again);
    case 'json':
      return processJson(context, file, bytes, again);
    default:
      // Rows of different lengths, or another encoding: what a partner's CSV is, its map says.
      return detected.syntax === 'unknown' && expectsCsv(context, file)
        ? processCsv(context, file, bytes, again)
        : unknownSyntax(file, detected.syntax, detected.reason);
  }
}

/** EDI of any size is applied transaction by transaction; other files are read whole, up to a size. */
async function decideLargeFile(
  context: PipelineContext,
  file: FileRecord,
  content: LargeContent,
  again: boolean,
  conclude: Conclude,
): Promise<FileOutcome | undefined> {
  const { syntax } = detectSyntax(await firstPiece(content));
  if (syntax === 'x12' || syntax === 'edifact') return processLargeEdi(context, file, content, syntax, again);
  if (content.sizeBytes <= MAX_WHOLE_BYTES)
    return decideFile(context, file, await readWhole(content), again, conclude);
  return unreadableFile(file, syntax, {
    code: 'FILE_TOO_LARGE',
    severity: 'error',
    message:
      `${file.name} (${file.sizeBytes} bytes) is archived, but too large to be processed: X12 and EDIFACT files may have any ` +
      `size, others at most ${MAX_WHOLE_BYTES} bytes. Ask the partner to send it in parts.`,
    place: { file: file.name },
    actual: String(file.sizeBytes),
    expected: `at most ${MAX_WHOLE_BYTES} bytes`,
  });
}

async function firstPiece(content: LargeContent): Promise<Uint8Array> {
  for await (const piece of content.read()) return piece;
  return new Uint8Array();
}

function unknownSyntax(file: FileRecord, syntax: string, reason: string): FileOutcome {
  return unreadableFile(file, syntax, {
    code: 'SYNTAX_UNKNOWN',
    severity: 'error',
    message:
      `${file.name} (${file.sizeBytes} bytes) is not a file that Tradelane reads: ${reason}. ` +
      'Expected X12 (ISA…), EDIFACT (UNA or UNB…), XML, CSV or a canonical document as JSON. Ask the partner for the file again.',
    place: { file: file.name },
    actual: syntax,
    expected: 'x12, edifact, xml, csv, json',
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
  const decided: FileRecord = {
    ...file,
    status: outcome.status,
    syntax: outcome.syntax,
    partnerId: outcome.partnerId === '' ? file.partnerId : outcome.partnerId,
    findings: outcome.findings,
    summary: outcome.summary,
    finishedAt: context.clock.now(),
    ...(worst !== undefined && { worst }),
  };
  unit.update('files', decided, file);
  await announceSubmission(unit, context, decided);
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
