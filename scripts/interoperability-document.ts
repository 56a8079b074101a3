import { readFileSync } from 'node:fs';
import path from 'node:path';
import { judge, listCorpus, type CorpusFile } from '../test/corpus/corpus-files.ts';

const HEAD = `# Other people's files

Tradelane is held against files that others have made: real and realistic ones from public repositories (converters, parsers, vendors' samples,
bug reports), each known by its origin, commit and licence. They are not part of this repository. Each has a verdict from a checker that shares no code with
Tradelane; where the two differ, somebody has looked why, and wrote it down in
[explained-differences.tsv](../test/corpus/explained-differences.tsv).

    EDI_CORPUS=folder npm test -- corpus           # every file: the same verdict, or an explained one
    EDI_CORPUS=folder node scripts/generate.ts     # writes this page

The folder has a \`manifest.tsv\` (path, standard, version, types, verdict) and the files that it names.

| verdict | means |
| --- | --- |
| ok | envelope, structure and elements are in order |
| ok-envelope | the envelope is; no dictionary has the type |
| element | an element breaks its definition |
| structure | a segment is missing, too many or out of place |
| envelope | counts, control numbers, lengths of ISA, a last terminator that is missing |
| fragment | no interchange |

Of UBL and cXML this suite looks only whether they are well-formed.
`;

interface Judged extends CorpusFile {
  ours: string;
  type: string;
}

/** docs/interoperability.md, from the corpus in a folder. Throws on a difference that nobody has explained. */
export function buildInteroperabilityDocument(folder: string): string {
  const files = listCorpus(folder).map((file) => judgeFile(folder, file));
  const unexplained = files.filter(
    ({ ours, theirs, explained }) => ours !== theirs && explained?.ours !== ours,
  );
  if (unexplained.length > 0)
    throw new Error(`Differences without a reason: ${unexplained.map((file) => file.path).join(', ')}`);
  return [HEAD, ofStandards(files), ofTypes(files), ofVerdicts(files), ofReasons(files)].join('\n');
}

function judgeFile(folder: string, file: CorpusFile): Judged {
  const bytes = new Uint8Array(readFileSync(path.join(folder, file.path)));
  const [, type = ''] = file.path.split('/');
  return { ...file, ours: judge(bytes, file.standard).verdict, type };
}

function ofStandards(files: readonly Judged[]): string {
  const rows = [...groupBy(files, ({ standard }) => standard)].map(([standard, group]) => [
    NAMES[standard] ?? standard,
    ...counts(group),
  ]);
  return table('Standards', ['standard', ...COUNTED], [...rows, ['all', ...counts(files)]]);
}

const NAMES: Readonly<Record<string, string>> = { x12: 'X12', edifact: 'EDIFACT', ubl: 'UBL', cxml: 'cXML' };
const COUNTED = ['files', 'in order', 'agree', 'explained differences'];

function counts(files: readonly Judged[]): string[] {
  const agree = files.filter(({ ours, theirs }) => ours === theirs).length;
  const clean = files.filter(({ ours }) => ours.startsWith('ok')).length;
  return [files.length, clean, agree, files.length - agree].map(String);
}

function ofTypes(files: readonly Judged[]): string {
  const rows = [...groupBy(files, ({ standard, type }) => `${NAMES[standard] ?? standard} ${type}`)].map(
    ([kind, group]) => [kind, ...counts(group)],
  );
  return table('Kinds of messages', ['kind', ...COUNTED], rows);
}

function ofVerdicts(files: readonly Judged[]): string {
  const theirs = [...new Set(files.map((file) => file.theirs))].sort();
  const rows = [...groupBy(files, ({ ours }) => ours)].map(([ours, group]) => [
    ours,
    ...theirs.map((verdict) => String(group.filter((file) => file.theirs === verdict).length)),
  ]);
  return table('Verdicts', ['ours \\ theirs', ...theirs], rows);
}

function ofReasons(files: readonly Judged[]): string {
  const different = files.filter(({ ours, theirs }) => ours !== theirs);
  const reasons = groupBy(
    different,
    ({ ours, theirs, explained }) => `${ours}\t${theirs}\t${explained?.why ?? ''}`,
  );
  const rows = [...reasons].map(([key, group]) => {
    const [ours = '', theirs = '', why = ''] = key.split('\t');
    return [String(group.length), [...new Set(group.map(({ type }) => type))].join(', '), ours, theirs, why];
  });
  return table('Explained differences', ['files', 'of', 'ours', 'theirs', 'why'], rows);
}

function groupBy(files: readonly Judged[], key: (file: Judged) => string): Map<string, Judged[]> {
  const groups = new Map<string, Judged[]>();
  for (const file of files.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)))
    groups.set(key(file), [...(groups.get(key(file)) ?? []), file]);
  return groups;
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  return `## ${title}\n\n${lines.join('\n')}\n`;
}
