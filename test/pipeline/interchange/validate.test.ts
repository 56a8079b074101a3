import { expect, test } from '@jest/globals';
import { parseFile } from '../../../src/edi/parse.ts';
import { loadPartners } from '../../../src/partners/load-partners.ts';
import { validateForPartner } from '../../../src/pipeline/interchange/validate.ts';
import { COMPANY, partnerFile } from '../../partners/fixtures.ts';

const DICTIONARY = {
  path: 'dictionaries/own.yaml',
  text: `standard: x12
release: 004010OWN
base: '004010'
messages: |
  99Z
   heading: ST! ZA1! SE!
segments: |
  ZA1 353! 9001
elements: |
  ID 2/2: 9001
restrictions:
  - { message: 99Z, at: ZA102, rule: required }
`,
};

test('a message of the installation, narrowed by its release and by the partner', () => {
  const restrictions = 'restrictions: [{ message: 99Z, at: ZA102, rule: codes, codes: [AA] }]';
  const file = partnerFile('acme', '{ qualifier: ZZ, id: ACME }', restrictions);
  const { set, findings } = loadPartners([COMPANY, file], { dictionaryFiles: [DICTIONARY] });
  expect(findings).toEqual([]);
  const text = [
    'ISA*00*          *00*          *ZZ*ACME           *ZZ*US             *260131*0815*U*00401*000000017*0*P*>',
    'GS*ZZ*ACME*US*20260131*0815*41*X*004010OWN',
    ...['ZA1*00', 'ZA1*00*AA', 'ZA1*00*BB'].flatMap((line, i) => [`ST*99Z*000${i}`, line, `SE*3*000${i}`]),
    'GE*3*41',
    'IEA*1*000000017',
  ];
  const [interchange] = parseFile(new TextEncoder().encode(`${text.join('~')}~`)).interchanges;
  const codes = interchange!.groups[0]!.transactions.map((transaction) =>
    validateForPartner(set!.partners[0]!, interchange!, transaction).findings.map(({ code }) => code),
  );
  expect(codes).toEqual([['ELEMENT_MISSING'], [], ['ELEMENT_INVALID_CODE']]);
});
