import { describe, expect, test } from '@jest/globals';
import { parseFile, writeInterchange } from '../../src/edi/index.ts';
import type { InterchangeToWrite, WritePolicy } from '../../src/edi/index.ts';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

function message(version: string, value: string): InterchangeToWrite {
  return {
    standard: 'edifact',
    version,
    sender: { qualifier: '14', id: '4012345000009' },
    receiver: { qualifier: '14', id: '4098765000005' },
    date: version.endsWith('4') ? '20260131' : '260131',
    time: '0815',
    controlNumber: '1',
    test: false,
    acknowledgmentRequest: '',
    messages: [{ type: 'ORDERS', release: 'D.96A', controlNumber: '1', segments: [['FTX', value]] }],
  };
}

function written(
  version: string,
  value: string,
  policy: WritePolicy = {},
): [bytes: string, findings: string[]] {
  const { bytes, findings } = writeInterchange(message(version, value), policy);
  const [, text = ''] = /FTX\+(.*?)'UNT/s.exec(Buffer.from(bytes).toString('latin1')) ?? [];
  return [text, findings.map(({ severity, code }) => `${severity} ${code}`)];
}

function read(bytes: Uint8Array): string | undefined {
  return parseFile(bytes).interchanges[0]?.groups[0]?.transactions[0]?.segments.value(1, 1);
}

/** Bytes by the code tables of ISO/IEC 8859 and 10646, written down by hand. */
const SETS = [
  ['UNOC', 'Straße Ørsted', 'Stra\xdfe \xd8rsted'],
  ['UNOD', 'Łódź Škoda', '\xa3\xf3d\xbc \xa9koda'],
  ['UNOE', 'Болт', '\xb1\xde\xdb\xe2'],
  ['UNOF', 'Βίδα', '\xc2\xdf\xe4\xe1'],
  ['UNOG', 'Ħamrun Ġorġ', '\xa1amrun \xd5or\xf5'],
  ['UNOH', 'Ķēniņš', '\xd3\xbani\xf1\xb9'],
  ['UNOI', 'برغي', '\xc8\xd1\xda\xea'],
  ['UNOJ', 'בורג', '\xe1\xe5\xf8\xe2'],
  ['UNOK', 'Şişli ığ', '\xdei\xfeli \xfd\xf0'],
  ['UNOL', 'Œuvre 5 €', '\xbcuvre 5 \xa4'],
  ['UNOW', 'Łódź 漢', '\xc5\x81\xc3\xb3d\xc5\xba \xe6\xbc\xa2'],
  ['UNOY', 'Болт €', '\xd0\x91\xd0\xbe\xd0\xbb\xd1\x82 \xe2\x82\xac'],
] as const;

describe('EDIFACT character sets', () => {
  test.each(SETS)('%s writes %s, and reads it back', (identifier, value, bytes) => {
    const version = `${identifier}:${identifier >= 'UNOG' ? '4' : '3'}`;
    expect(written(version, value)).toEqual([bytes, []]);
    expect(read(writeInterchange(message(version, value)).bytes)).toBe(value);
  });

  test.each(SETS)('%s reads the bytes of %s', (identifier, value, bytes) => {
    const text = `UNB+${identifier}:3+A:14+B:14+260131:0815+1'UNH+1+ORDERS:D:96A:UN'FTX+${bytes}'UNT+3+1'UNZ+1+1'`;
    expect(read(latin1(text))).toBe(value);
  });

  test.each([
    ['UNOA', 'Müller & Co', 'MULLER & CO'],
    ['UNOA', 'lower', 'LOWER'],
    ['UNOB', 'Müller', 'Muller'],
    ['UNOC', 'Łódź', 'Lódz'],
    ['UNOC', '5 €', '5 EUR'],
    ['UNOF', 'é', 'e'],
    ['UNOX', 'é', 'e'],
  ])('%s has not all of "%s": it is spelled or refused, and said', (identifier, value, spelled) => {
    const version = `${identifier}:3`;
    const [text, findings] = written(version, value);
    expect([Buffer.from(latin1(text)).toString('latin1'), findings]).toEqual([
      spelled,
      ['warning CHARACTER_UNSUPPORTED'],
    ]);
    expect(written(version, value, { unsupportedCharacter: 'refuse' })[1]).toEqual([
      'error CHARACTER_UNSUPPORTED',
    ]);
  });

  test('what was declared holds, not what the bytes look like', () => {
    // 0xA3 is a letter in Latin-2 and the pound sign in Latin-1.
    const file = (identifier: string): Uint8Array =>
      latin1(`UNB+${identifier}:3+A:14+B:14+260131:0815+1'UNH+1+ORDERS:D:96A:UN'FTX+\xa3'UNT+3+1'UNZ+1+1'`);
    expect([read(file('UNOC')), read(file('UNOD'))]).toEqual(['£', 'Ł']);
  });

  test('an agreement with the partner goes before the declaration', () => {
    const bytes = latin1(
      "UNB+UNOC:3+A:14+B:14+260131:0815+1'UNH+1+ORDERS:D:96A:UN'FTX+\x80'UNT+3+1'UNZ+1+1'",
    );
    const [interchange] = parseFile(bytes, { charset: 'windows-1252' }).interchanges;
    expect(interchange!.groups[0]!.transactions[0]!.segments.value(1, 1)).toBe('€');
  });
});

describe('X12', () => {
  const x12 = (value: string, encoded: Uint8Array = new TextEncoder().encode(value)): Uint8Array => {
    const head =
      'ISA*00*          *00*          *ZZ*A              *ZZ*B              *260131*0815*U*00401*000000001*0*P*>~' +
      'GS*PO*AA*BB*20260131*0815*1*X*004010~ST*850*0001~MSG*';
    return Uint8Array.from([...latin1(head), ...encoded, ...latin1('~SE*3*0001~GE*1*1~IEA*1*000000001~')]);
  };

  test.each([
    ['UTF-8', 'Schräuble 漢', new TextEncoder().encode('Schräuble 漢')],
    ['Latin-1', 'Schräuble', latin1('Schr\xe4uble')],
    ['ASCII', 'Schraeuble', latin1('Schraeuble')],
  ])('%s is read without a declaration', (_, value, bytes) => {
    expect(read(x12(value, bytes))).toBe(value);
  });

  test('a byte order mark is no data, and is said', () => {
    const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, ...x12('Schräuble')]);
    const file = parseFile(bytes);
    expect([file.byteOrderMark, file.findings.map(({ code }) => code), read(bytes)]).toEqual([
      true,
      ['BYTE_ORDER_MARK'],
      'Schräuble',
    ]);
  });

  test('no delimiter ever reaches the data, whatever the policy', () => {
    for (const delimiterInData of ['replace', 'refuse'] as const)
      for (const replacement of [' ', '*', '~', '-']) {
        const { bytes, findings } = writeInterchange(
          {
            ...message('UNOA:3', ''),
            messages: [],
            standard: 'x12',
            version: '00501',
            groups: [
              {
                functionalId: 'PO',
                applicationSender: 'AA',
                applicationReceiver: 'BB',
                date: '20260131',
                time: '0815',
                controlNumber: '1',
                version: '005010',
                transactions: [{ type: '850', controlNumber: '0001', segments: [['MSG', 'A*B~C>D^E']] }],
              },
            ],
          },
          { delimiterInData, replacement },
        );
        const mark = replacement === '-' ? '-' : ' ';
        expect(read(bytes)).toBe(['A', 'B', 'C', 'D', 'E'].join(mark));
        expect(findings.map(({ severity }) => severity)).toEqual([
          delimiterInData === 'refuse' ? 'error' : 'warning',
        ]);
      }
  });
});

describe('bytes of another set than the interchange declares', () => {
  const interchange = (identifier: string, ...bytes: string[]): Uint8Array =>
    latin1(
      `UNB+${identifier}:4+A:14+B:14+20260131:0815+1'` +
        bytes
          .map((each, i) => `UNH+${i + 1}+ORDERS:D:96A:UN'BGM+220+7'FTX+${each}'UNT+4+${i + 1}'`)
          .join('') +
        `UNZ+${bytes.length}+1'`,
    );
  const told = (bytes: Uint8Array, options = {}) =>
    parseFile(bytes, options).interchanges[0]!.findings.map(
      ({ code, severity, place, message, actual, expected }) => ({
        code,
        severity,
        transaction: place.transaction,
        segment: place.segment,
        message,
        actual,
        expected,
      }),
    );
  const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

  test('UTF-8 under UNOC is told once, with what was meant and what was read', () => {
    expect(told(interchange('UNOC', 'plain', utf8('Karl Müller'), utf8('Weiß')))).toEqual([
      {
        code: 'CHARACTERS_MISDECLARED',
        severity: 'warning',
        transaction: 2,
        segment: 3,
        message:
          'UNB declares UNOC (iso-8859-1), but segment 3 (FTX) has bytes that are utf-8: "Müller" was read as "MÃ¼ller".',
        actual: 'utf-8',
        expected: 'iso-8859-1',
      },
    ]);
  });

  test.each([
    ['UNOC', utf8('10 €'), 'utf-8'],
    ['UNOC', utf8('Łódź'), 'utf-8'],
    ['UNOD', utf8('Łódź'), 'utf-8'],
    ['UNOE', utf8('Болт'), 'utf-8'],
    ['UNOC', 'Dupont\x92s \x80', 'windows-1252'],
    ['UNOC', 'M\xfcller \x93x\x94', 'windows-1252'],
    ['UNOW', 'M\xfcller', 'not UTF-8'],
  ])('%s with "%s" is told as %s', (identifier, bytes, actual) => {
    expect(told(interchange(identifier, bytes)).map((each) => each.actual)).toEqual([actual]);
  });

  test.each([
    ['UNOC', 'NESCAF\xc9\xae'],
    ['UNOC', 'M\xfcller'],
    ['UNOC', 'M\xfcller \xc3\xbc'],
    ['UNOD', '\xa3\xf3d\xbc \xa9koda'],
    ['UNOE', '\xb1\xde\xdb\xe2 \xc2\xb0'],
    ['UNOA', utf8('Müller')],
    ['UNOW', utf8('Müller')],
  ])('%s with what it may be is not told: %s', (identifier, bytes) => {
    expect(told(interchange(identifier, bytes))).toEqual([]);
  });

  test('what was agreed with the partner is not the declaration', () => {
    const bytes = interchange('UNOC', utf8('Karl Müller'));
    expect(told(bytes, { charset: 'utf-8' })).toEqual([]);
    expect(
      parseFile(bytes, { charset: 'utf-8' }).interchanges[0]!.groups[0]!.transactions[0]!.segments.value(
        2,
        1,
      ),
    ).toBe('Karl Müller');
  });
});
