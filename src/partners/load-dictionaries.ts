import type { Finding, Place } from '../common/finding.ts';
import { lintDictionary, userDictionarySchema } from '../edi/grammar/index.ts';
import type { DictionaryProblem, UserDictionary } from '../edi/grammar/index.ts';
import type { ConfigFile, Locate } from './config-text.ts';
import { configFinding, readConfig } from './config-text.ts';

export interface LoadedDictionaries {
  /** Dictionaries without a finding. */
  dictionaries: readonly UserDictionary[];
  findings: Finding[];
}

/**
 * Reads the user's dictionaries: every file of the dictionaries folder is one release (docs/dictionaries.md). A file with
 * trouble is left out as a whole; the trouble is told with file, line and column.
 */
export function loadDictionaries(files: readonly ConfigFile[]): LoadedDictionaries {
  const findings: Finding[] = [];
  const dictionaries = new Map<string, UserDictionary>();
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const { value, locate, findings: troubles } = readConfig(file, userDictionarySchema);
    findings.push(...troubles);
    if (value === undefined) continue;
    const key = `${value.standard} ${value.release}`;
    const problems = lintDictionary(value).map((problem) => {
      const place = locateProblem(file, locate, problem);
      return configFinding(place, 'DICTIONARY_INVALID', problem.message);
    });
    if (dictionaries.has(key))
      problems.push(
        configFinding(
          locate(['release']),
          'DICTIONARY_DUPLICATE',
          `another file of the folder is the dictionary of ${key} already; put both into one`,
          { actual: value.release },
        ),
      );
    findings.push(...problems);
    if (problems.length === 0) dictionaries.set(key, value);
  }
  return { dictionaries: [...dictionaries.values()], findings };
}

/** The line of a paragraph, looked for behind its key: `messages: |` holds one paragraph for each message. */
function locateProblem(file: ConfigFile, locate: Locate, { part, id, index }: DictionaryProblem): Place {
  if (part === 'restrictions') return locate([part, index ?? 0, 'at']);
  const place = locate([part]);
  if (id === undefined || place.line === undefined) return place;
  const lines = file.text.split('\n');
  const at = lines.findIndex((line, i) => i >= place.line! && line.trim().split(/\s/)[0] === id);
  return at < 0 ? place : { ...place, line: at + 1, column: lines[at]!.search(/\S/) + 1 };
}
