import { createHash } from 'node:crypto';
import { releaseEach } from '../../common/release.ts';
import type { Finding } from '../../common/finding.ts';
import type { StreamedAnswer } from '../../edi/acknowledgment/acknowledge.ts';
import { readEdi } from '../../edi/edi-reader.ts';
import { FileCheck } from '../../edi/file-check.ts';
import type { FileCheckOptions } from '../../edi/file-check.ts';
import type { Interchange, Standard } from '../../edi/model.ts';
import { grammarExtensionsOf } from '../../partners/grammar-extensions.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { readOptionsOf } from '../../partners/read-options.ts';
import { addressOf, resolvePartner } from '../../partners/resolve-partner.ts';
import type { PipelineContext } from '../context.ts';
import { combineOutcomes, unreadableFile } from './file-outcome.ts';
import type { FileOutcome, InterchangeOutcome } from './file-outcome.ts';
import { LargeInterchange } from './large-interchange.ts';
import { noInterchange } from './process-edi.ts';
import type { LargeContent } from '../ports/file-content.ts';
import type { FileRecord } from '../records.ts';

/** An interchange as its first reading has found it, and the answer that it is due. */
interface CheckedInterchange {
  interchange: Interchange;
  answer: StreamedAnswer<unknown>;
}

/**
 * An X12 or EDIFACT file that is too large for memory. It is read three times: for what is accepted of it, for the hashes of its
 * interchanges, and to apply it, a few transactions in each commit. After a crash what was applied is recognised by its
 * records. The partner of the first interchange tells by which rules the file is read.
 */
export async function processLargeEdi(
  context: PipelineContext,
  file: FileRecord,
  content: LargeContent,
  syntax: 'x12' | 'edifact',
  again: boolean,
): Promise<FileOutcome> {
  const partner = await findPartner(context, content);
  const { checked, findings } = await check(content, partner, syntax);
  if (checked.length === 0) return unreadableFile(file, syntax, findings[0] ?? noInterchange(file));
  const other = checked.find(({ interchange }) => isOfOther(context, interchange, partner));
  if (other !== undefined) return unreadableFile(file, syntax, severalPartners(file, other.interchange));
  const hashes = await hashRanges(
    content,
    checked.map(({ interchange }) => interchange.range),
  );
  const outcomes: InterchangeOutcome[] = [];
  let current: LargeInterchange | undefined;
  for await (const event of readEdi(content.read(), readOptionsOf(partner, syntax))) {
    switch (event.type) {
      case 'interchangeStarted': {
        const index = outcomes.length;
        const given = { ...checked[index]!, file, contentSha256: hashes[index]!, again };
        current = await LargeInterchange.begin(context, given);
        break;
      }
      case 'groupStarted':
        current!.startGroup();
        break;
      case 'transaction':
        await current!.take(event.group, event.transaction);
        break;
      case 'interchangeEnded':
        outcomes.push(await current!.end());
        break;
      default:
    }
  }
  return combineOutcomes(outcomes, syntax, { file, findings });
}

/** A known partner other than the one by whose rules the file was read. */
function isOfOther(
  context: PipelineContext,
  interchange: Interchange,
  partner: Partner | undefined,
): boolean {
  const own = resolvePartner(context.partners, addressOf(interchange, interchange.groups[0])).partner;
  return own !== undefined && own !== partner;
}

function severalPartners(file: FileRecord, { interchange, controlNumber }: Interchange): Finding {
  return {
    code: 'SEVERAL_PARTNERS',
    severity: 'error',
    message:
      `${file.name} is too large to be read whole, and its interchange ${controlNumber} is of another partner than its first one. ` +
      'Nothing of it was applied. Send the interchanges of each partner in a file of its own.',
    place: { file: file.name, interchange },
    actual: controlNumber,
  };
}

/** The sender of the first interchange, where it is known. */
async function findPartner(context: PipelineContext, content: LargeContent): Promise<Partner | undefined> {
  for await (const event of readEdi(content.read())) {
    if (event.type === 'transaction' || event.type === 'groupEnded' || event.type === 'interchangeEnded') {
      const group = 'group' in event ? event.group : undefined;
      return resolvePartner(context.partners, addressOf(event.interchange, group)).partner;
    }
  }
  return undefined;
}

async function check(
  content: LargeContent,
  partner: Partner | undefined,
  syntax: Standard,
): Promise<{ checked: CheckedInterchange[]; findings: readonly Finding[] }> {
  const options: FileCheckOptions =
    partner === undefined
      ? {}
      : {
          ...readOptionsOf(partner, syntax),
          extensions: grammarExtensionsOf(partner),
          policy: partner.acknowledgments.send,
        };
  const fileCheck = new FileCheck(options);
  const checked: CheckedInterchange[] = [];
  let findings: readonly Finding[] = [];
  const take = (parts: ReturnType<FileCheck['push']>) => {
    for (const part of parts) {
      if (part.type === 'file') findings = part.findings;
      else if (part.type === 'interchange')
        checked.push({ interchange: part.answer.decision.interchange, answer: part.answer });
    }
  };
  for await (const piece of content.read()) take(fileCheck.push(piece));
  take(fileCheck.end());
  return { checked, findings };
}

/** Lower-case hex SHA-256 of each range; they are in order and do not overlap. */
async function hashRanges(
  content: LargeContent,
  ranges: readonly (readonly [start: number, end: number])[],
): Promise<string[]> {
  const hashes = ranges.map(() => createHash('sha256'));
  let position = 0;
  let index = 0;
  for await (const piece of releaseEach(content.read())) {
    const end = position + piece.length;
    for (; index < ranges.length; index += 1) {
      const [from, to] = ranges[index]!;
      if (from >= end) break;
      hashes[index]!.update(
        piece.subarray(Math.max(0, from - position), Math.min(piece.length, to - position)),
      );
      if (to > end) break;
    }
    position = end;
  }
  return hashes.map((hash) => hash.digest('hex'));
}
