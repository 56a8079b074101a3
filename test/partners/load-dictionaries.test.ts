import { describe, expect, test } from '@jest/globals';
import { loadDictionaries } from '../../src/partners/load-dictionaries.ts';
import { loadPartners } from '../../src/partners/load-partners.ts';
import { COMPANY, partnerFile } from './fixtures.ts';

/** A dictionary file with a set that no standard has. */
function dictionaryFile(more = '', name = 'own.yaml') {
  return {
    path: `dictionaries/${name}`,
    text: `standard: x12
release: 004010OWN
base: '004010'
messages: |
  99Z
   heading: ST! ZA1! REF:2 SE!
segments: |
  ZA1 353! 9001
elements: |
  ID 2/2: 9001
${more}`,
  };
}

const messages = (files: { path: string; text: string }[]) =>
  loadDictionaries(files).findings.map(({ code, message }) => `${code} ${message}`);

describe('the dictionaries folder', () => {
  test('a sound file is a dictionary', () => {
    const { dictionaries, findings } = loadDictionaries([dictionaryFile()]);
    expect(findings).toEqual([]);
    expect(dictionaries.map(({ release }) => release)).toEqual(['004010OWN']);
  });

  test('an unknown setting has its line and column, and a suggestion', () => {
    expect(messages([dictionaryFile('restriction: []')])).toEqual([
      'CONFIG_UNKNOWN_KEY dictionaries/own.yaml:11:1: unknown setting "restriction"; did you mean "restrictions"?',
    ]);
  });

  test('what the notation cannot say is told at its own line', () => {
    const file = dictionaryFile();
    const change = (from: string, to: string) => [{ ...file, text: file.text.replace(from, to) }];
    expect(messages(change('ZA1 353! 9001', 'ZA1 353! 9002'))).toEqual([
      'DICTIONARY_INVALID dictionaries/own.yaml:8:3: ZA1: element 9002 is not defined',
    ]);
    expect(messages(change('REF:2', 'REX:2'))).toEqual([
      'DICTIONARY_INVALID dictionaries/own.yaml:5:3: 99Z: segment REX is not defined',
    ]);
    expect(messages(change("base: '004010'", 'base: D.96A'))).toEqual([
      'DICTIONARY_INVALID dictionaries/own.yaml:3:1: base D.96A is not of x12',
    ]);
  });

  test('a restriction that names no place of the message is told', () => {
    const restriction = 'restrictions:\n  - { message: 99Z, at: ZA104, rule: required }';
    expect(messages([dictionaryFile(restriction)])).toEqual([
      'DICTIONARY_INVALID dictionaries/own.yaml:12:21: restrictions[0]: "ZA104" is no place of 99Z',
    ]);
  });

  test('one release has one file', () => {
    expect(messages([dictionaryFile(), dictionaryFile('', 'two.yaml')])).toEqual([
      'DICTIONARY_DUPLICATE dictionaries/two.yaml:2:1: another file of the folder is the dictionary of x12 004010OWN already; put both into one',
    ]);
  });
});

describe('restrictions of a partner', () => {
  const load = (restriction: string, dictionaryFiles = [dictionaryFile()]) => {
    const file = partnerFile('acme', '{ qualifier: ZZ, id: A }', `restrictions: [${restriction}]`);
    return loadPartners([COMPANY, file], { dictionaryFiles });
  };

  test.each(['{ message: "855", at: BAK04, rule: required }', '{ message: 99Z, at: ZA102, rule: required }'])(
    '%s names a place',
    (restriction) => {
      expect(load(restriction).findings).toEqual([]);
    },
  );

  test.each([
    ['{ message: "855", at: CURX, rule: required }', '"CURX" is no place of 855 in any release'],
    ['{ message: "855", at: BAK77, rule: required }', '"BAK77" is no place of 855 in any release'],
    ['{ message: "858", at: BAK, rule: required }', 'no dictionary has a message "858"'],
  ])('%s is told with its place, and the partner stays', (restriction, told) => {
    const { set, findings } = load(restriction);
    expect(findings.map(({ code, place }) => [code, place.file, place.line])).toEqual([
      ['RESTRICTION_MISPLACED', 'acme/partner.yaml', 7],
    ]);
    expect(findings[0]!.message).toContain(told);
    expect(set?.partners).toHaveLength(1);
  });
});
