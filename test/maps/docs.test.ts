import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compile, problems } from './support.ts';

const text = readFileSync(new URL('../../docs/mapping-language.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/```yaml\n([^]*?)```/g)].map((match) => match[1]!);

/** Code tables and maps that the examples name. */
const source = (name: string): string | undefined =>
  name.startsWith('codes/') ? `codes: ${name.slice(6)}\nentries: { '*': null }` : undefined;

describe('the examples of docs/mapping-language.md', () => {
  const maps = blocks.filter((block) => block.startsWith('map:') && !block.includes('extends:'));

  test.each(maps.map((map) => [map.split('\n')[0]!, map] as const))('%s compiles', (_name, map) => {
    expect(problems(map, source)).toEqual([]);
  });

  test.each([
    ['856', 'despatchAdvice', 'tree: HL'],
    ['DESADV', 'despatchAdvice', 'tree: CPS'],
    ['ORDRSP', 'orderResponse', 'entry: schedules[]'],
  ])('%s %s: the fragment with "%s" compiles', (type, document, mark) => {
    const rules = blocks.find((block) => block.includes(mark) && block.startsWith('- '))!;
    const standard = /^\d/.test(type) ? 'x12, release: "004010"' : 'edifact, release: D.96A';
    const map = `map: test\nmessage: { standard: ${standard}, type: "${type}" }\ndocument: ${document}\nrules:\n${rules.replace(/^/gm, '  ')}`;
    expect(compile(map, source).document).toBe(document);
  });
});
