import { readFileSync } from 'node:fs';
import path from 'node:path';
import { judgeEdi, judgeXml, type FileVerdict } from './verdict.ts';

/** A file of the corpus: manifest.tsv has a row for each, with the verdict of an independent checker. */
export interface CorpusFile {
  path: string;
  /** `x12`, `edifact`, `ubl`, `cxml`. */
  standard: string;
  /** The checker's verdict. */
  theirs: string;
  /** What we say where the checker says something else, and why. */
  explained: { ours: string; theirs: string; why: string } | undefined;
}

/** Rows of a table of tab-separated values, without its head. */
function readTable(file: string): string[][] {
  const [, ...rows] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return rows.map((row) => row.split('\t'));
}

/** path, ours, theirs, why: each difference was looked at. */
export function readExplained(): string[][] {
  return readTable(path.join(import.meta.dirname, 'explained-differences.tsv'));
}

/** All files of the corpus in a folder. A mark of the manifest, for a neighbouring release, is left out. */
export function listCorpus(folder: string): CorpusFile[] {
  const explained = new Map(
    readExplained().map(([file = '', ours = '', theirs = '', why = '']) => [file, { ours, theirs, why }]),
  );
  return readTable(path.join(folder, 'manifest.tsv')).map(([file = '', standard = '', , , check = '']) => ({
    path: file,
    standard,
    theirs: check.replace('~', ''),
    explained: explained.get(file),
  }));
}

/** What we say of a file. */
export function judge(bytes: Uint8Array, standard: string): FileVerdict {
  return standard === 'x12' || standard === 'edifact' ? judgeEdi(bytes) : judgeXml(bytes);
}
