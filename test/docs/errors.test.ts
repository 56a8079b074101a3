import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ERROR_CODES } from '../../src/common/errors.ts';
import { ENVELOPE_FINDINGS } from '../../src/edi/envelope-findings.ts';
import { FINDING_CODES } from '../../src/edi/grammar/finding-codes.ts';
import { EXCEPTION_CATALOGUE } from '../../src/tracking/exception-catalogue.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${ROOT}docs/errors.md`, 'utf8');

/** The first column of the tables of a chapter. */
function codesOf(chapter: string): Set<string> {
  const [, text = ''] = page.split(`\n## ${chapter}\n`);
  const own = text.split('\n## ')[0]!;
  return new Set([...own.matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, code]) => code!));
}

/** Finding codes that have no registry: quoted words of the families below, in the rooms that make findings. */
function scatteredCodes(): Set<string> {
  const codes = new Set<string>();
  for (const room of ['edi', 'documents', 'maps', 'partners', 'pipeline']) {
    for (const file of readdirSync(`${ROOT}src/${room}`, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const source = readFileSync(`${ROOT}src/${room}/${file}`, 'utf8');
      for (const [, code] of source.matchAll(/code: '([A-Z][A-Z0-9_]+)'/g)) codes.add(code!);
      for (const [, code] of source.matchAll(/'((?:MAP|XML|CSV|CONFIG|FA|DICTIONARY|COMPANY)_[A-Z_]+)'/g))
        codes.add(code!);
    }
  }
  return codes;
}

describe('docs/errors.md and the code say the same', () => {
  test('errors', () => {
    expect([...codesOf('Errors')].sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  test('exceptions', () => {
    expect([...codesOf('Exceptions')].sort()).toEqual(Object.keys(EXCEPTION_CATALOGUE).sort());
  });

  test('every exception is described as the catalogue has it', () => {
    for (const [type, { title, owner, severity }] of Object.entries(EXCEPTION_CATALOGUE)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${type}\``) && line.includes(title));
      expect(row?.split('|').map((cell) => cell.trim())).toEqual(
        expect.arrayContaining([title, owner, severity]),
      );
    }
  });

  test('findings: everything in the code is documented', () => {
    const documented = codesOf('Findings in files');
    const elsewhere = new Set([...Object.keys(ERROR_CODES), ...Object.keys(EXCEPTION_CATALOGUE)]);
    const codes = [...Object.keys(ENVELOPE_FINDINGS), ...Object.keys(FINDING_CODES), ...scatteredCodes()];
    expect(codes.filter((code) => !documented.has(code) && !elsewhere.has(code))).toEqual([]);
  });

  test('findings: everything documented is in the code', () => {
    const known = new Set([...Object.keys(ENVELOPE_FINDINGS), ...Object.keys(FINDING_CODES)]);
    const sources = readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(`${ROOT}src/${file}`, 'utf8'))
      .join('\n');
    const gone = [...codesOf('Findings in files')].filter(
      (code) => !known.has(code) && !sources.includes(`'${code}'`),
    );
    expect(gone).toEqual([]);
  });
});
