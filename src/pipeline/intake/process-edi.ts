import type { Finding } from '../../common/finding.ts';
import type { Interchange, ParsedFile, Standard } from '../../edi/model.ts';
import { parseFile } from '../../edi/parse.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { readOptionsOf } from '../../partners/read-options.ts';
import { addressOf, resolvePartner } from '../../partners/resolve-partner.ts';
import type { PipelineContext } from '../context.ts';
import type { Conclude, FileOutcome, InterchangeOutcome, OutsideFindings } from './file-outcome.ts';
import { combineOutcomes, unreadableFile } from './file-outcome.ts';
import { processInterchange } from '../interchange/process-interchange.ts';
import type { FileRecord } from '../records.ts';
import { retryOnConflict } from '../work/retry.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/**
 * An X12 or EDIFACT file: every interchange of it, one commit each. Where there is only one, that commit concludes the file as
 * well, and there is no outcome left to be recorded.
 */
export async function processEdi(
  context: PipelineContext,
  file: FileRecord,
  bytes: Uint8Array,
  syntax: 'x12' | 'edifact',
  again: boolean,
  conclude: Conclude,
): Promise<FileOutcome | undefined> {
  const strict = parseFile(bytes);
  if (strict.interchanges.length === 0) {
    return unreadableFile(file, syntax, strict.findings[0] ?? noInterchange(file));
  }
  const agreed = new AgreedParsing(context, strict);
  const outcomes: InterchangeOutcome[] = [];
  for (const interchange of strict.interchanges) {
    const lenient = agreed.of(interchange);
    const isOnly = strict.interchanges.length === 1;
    const outcome = await retryOnConflict(async () => {
      const unit = new UnitOfWork(context.store);
      const processed = await processInterchange(unit, context, file, bytes, lenient, again);
      if (isOnly) await conclude(unit, combineOutcomes([processed], syntax, agreed.outside(file)));
      unit.afterCommit(context.wake);
      await unit.commit();
      return processed;
      // The work on the file has passed to another node.
    }, 'work');
    if (isOnly) return undefined;
    outcomes.push(outcome);
  }
  return combineOutcomes(outcomes, syntax, agreed.outside(file));
}

/** Interchanges as it was agreed with their partners: who it is is known only once the envelope has been read. */
class AgreedParsing {
  readonly #context: PipelineContext;
  readonly #strict: ParsedFile;
  /** The whole file as each partner may send it. */
  readonly #parsed = new Map<string, ParsedFile>();

  constructor(context: PipelineContext, strict: ParsedFile) {
    this.#context = context;
    this.#strict = strict;
  }

  of(interchange: Interchange): Interchange {
    const parsed = this.#parsedFor(this.#senderOf(interchange), interchange.standard);
    return parsed.interchanges.find(({ range }) => range[0] === interchange.range[0]) ?? interchange;
  }

  /** What stands outside of all interchanges, under the leniency of the first sender that is known. */
  outside(file: FileRecord): OutsideFindings {
    const { interchanges } = this.#strict;
    const known =
      interchanges.find((interchange) => this.#senderOf(interchange) !== undefined) ?? interchanges[0];
    const { findings, bytes } =
      known === undefined ? this.#strict : this.#parsedFor(this.#senderOf(known), known.standard);
    return { file, findings, bytes };
  }

  #senderOf(interchange: Interchange): Partner | undefined {
    return resolvePartner(this.#context.partners, addressOf(interchange, interchange.groups[0])).partner;
  }

  #parsedFor(partner: Partner | undefined, standard: Standard): ParsedFile {
    const options = readOptionsOf(partner, standard);
    const isStrict = options.charset === undefined && !Object.values(options.leniency).some(Boolean);
    if (partner === undefined || isStrict) return this.#strict;
    const key = `${standard} ${partner.partner}`;
    const parsed = this.#parsed.get(key) ?? parseFile(this.#strict.bytes, options);
    this.#parsed.set(key, parsed);
    return parsed;
  }
}

export function noInterchange(file: FileRecord): Finding {
  return {
    code: 'NO_INTERCHANGE',
    severity: 'error',
    message: `${file.name} holds no interchange. Expected a segment ISA or UNB.`,
    place: { file: file.name },
  };
}
