import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { X12Parser } from 'node-x12';
import { EDIFACT_DELIMITERS, X12_DELIMITERS, parseFile, writeInterchange } from '../../src/edi/index.ts';
import type { ParsedFile, SegmentTable, WriteSegment } from '../../src/edi/index.ts';
import { findingsOf } from '../support/edi-dump.ts';
import { edifactInterchange, x12Interchange } from '../support/edi-generator.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

const ISA =
  'ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260131*0815*U*00401*000000001*0*P*>~';
const X12 = `${ISA}GS*PO*SENDER*RECEIVER*20260131*0815*1*X*004010~ST*850*0001~N1*ST*Main Street 1~SE*3*0001~GE*1*1~IEA*1*000000001~`;
const EDIFACT = "UNB+UNOC:3+A:14+B:14+260131:0815+1'UNH+1+ORDERS:D:96A:UN'BGM+220+1'UNT+3+1'UNZ+1+1'";

function firstTable(file: ParsedFile): SegmentTable {
  return file.interchanges[0]!.groups[0]!.transactions[0]!.segments;
}

function codes(file: ParsedFile): string[] {
  return findingsOf(file).map(({ code }) => code);
}

describe('one transaction at random', () => {
  const text = `${ISA.replace('*U*00401', '*^*00501')}GS*HC*A*B*20260131*0815*1*X*005010~ST*837*0001*005010X~SV1*HC>99213>25*A^B>C^*~SE*3*0001~GE*1*1~IEA*1*000000001~`;
  const table = firstTable(parseFile(bytes(text)));
  const at = (range: readonly [number, number]): string => text.slice(...range);

  test('elements, components, repetitions and their places', () => {
    expect([table.length, table.id(1), table.elementCount(1)]).toEqual([3, 'SV1', 3]);
    expect([table.repetitionCount(1, 2), table.componentCount(1, 1), table.componentCount(1, 2, 2)]).toEqual([
      3, 3, 2,
    ]);
    expect([table.value(1, 1), table.value(1, 1, 2), table.value(1, 2, 2, 2)]).toEqual(['HC', '99213', 'C']);
    expect([table.raw(1), table.raw(1, 2)]).toEqual(['SV1*HC>99213>25*A^B>C^*', 'A^B>C^']);
    expect([at(table.range(1)), at(table.range(1, 0)), at(table.range(1, 1)), at(table.range(1, 2))]).toEqual(
      ['SV1*HC>99213>25*A^B>C^*', 'SV1', 'HC>99213>25', 'A^B>C^'],
    );
    expect([
      at(table.range(1, 1, 3)),
      at(table.range(1, 2, undefined, 2)),
      at(table.range(1, 2, 2, 2)),
    ]).toEqual(['25', 'B>C', 'C']);
  });

  test('what was not sent is empty, and its place is the end of the segment', () => {
    const end = table.range(1)[1];
    expect([
      table.value(1, 9),
      table.value(1, 1, 9),
      table.value(1, 1, 1, 9),
      table.value(9, 1),
      table.id(9),
    ]).toEqual(Array.from({ length: 5 }, () => ''));
    expect([table.componentCount(1, 9), table.repetitionCount(1, 0), table.elementCount(-1)]).toEqual([
      0, 0, 0,
    ]);
    expect([table.range(1, 9), table.range(1, 1, 9)]).toEqual([
      [end, end],
      [end, end],
    ]);
  });
});

describe('character sets', () => {
  const note = (version: string, text: string): string =>
    firstTable(parseFile(bytes(EDIFACT.replace('UNOC:3', version).replace('220', text)))).value(1, 1);

  test.each([
    ['UNOC:3', 'M\xfcller', 'Müller'],
    ['UNOC:3', '\x85', '\x85'],
    ['UNOD:3', '\xa3\xf3d\xbc', 'Łódź'],
    ['UNOE:3', '\xb6', 'Ж'],
    ['UNOY:4', 'M\xc3\xbcller', 'Müller'],
    ['UNOA:1', 'M\xc3\xbcller', 'Müller'],
    ['UNOA:1', 'M\xfcller', 'Müller'],
    ['UNOC:3', "caf\xe9 ??+?+?:?'", 'café ?'],
  ])('%s %j is %s', (version, sent, expected) => {
    expect(note(version, sent)).toBe(expected);
  });

  test("the partner's set goes before the declared one", () => {
    const file = parseFile(bytes(EDIFACT.replace('220', '\xb6')), { charset: 'iso-8859-5' });
    expect(firstTable(file).value(1, 1)).toBe('Ж');
    expect(file.interchanges[0]!.charset).toBe('iso-8859-5');
  });
});

describe('files as partners send them', () => {
  test.each([
    ['line feeds behind terminators', X12.replaceAll('~', '~\n'), '\n'],
    ['CRLF behind terminators', X12.replaceAll('~', '~\r\n'), '\r\n'],
    ['line feeds as terminators', X12.replaceAll('~', '\n'), ''],
    ['CRLF as terminator', X12.replaceAll('~', '\r\n'), '\n'],
    ['control characters as delimiters', X12.replaceAll('~', '\x1c').replaceAll('*', '\x1d'), ''],
    ['a line break at the end only', `${X12}\r\n`, ''],
    ['leading zeros in counts', X12.replace('SE*3*', 'SE*0003*').replace('GE*1*', 'GE*01*').replace('IEA*1*', 'IEA*00001*'), ''],
    ['group numbers with and without zeros', X12.replace('GE*1*1~', 'GE*1*000000001~'), ''],
  ])('%s are no fault', (_, text, suffix) => {
    const file = parseFile(bytes(text));
    expect(findingsOf(file)).toEqual([]);
    expect(file.interchanges[0]!.segmentSuffix).toBe(suffix);
    expect(firstTable(file).value(1, 2)).toBe('Main Street 1');
  }); // prettier-ignore

  test.each([
    ['trimmed ISA', X12.replace(/ {2,}/g, ''), ['INTERCHANGE_HEADER_TRIMMED']],
    ['lines cut at 80 columns', X12.replace(/.{80}/g, '$&\n'), ['WRAPPED_LINES']],
    ['lines cut at 80 columns, CRLF', X12.replace(/.{80}/g, '$&\r\n'), ['WRAPPED_LINES']],
    ['byte order mark', `\xef\xbb\xbf${X12}`, ['BYTE_ORDER_MARK']],
    ['no last terminator', X12.slice(0, -1), ['SEGMENT_TERMINATOR_MISSING']],
    ['no last terminator, but a line feed', `${X12.slice(0, -1)}\n`, ['SEGMENT_TERMINATOR_MISSING']],
    ['Ctrl-Z at the end', `${X12}\x1a`, ['NOISE']],
    ['a mail header', `Subject: order\r\n\r\n${X12}`, ['NOISE']],
    ['indented segments', X12.replaceAll('~', '~\r\n\t'), ['BLANKS_BETWEEN_SEGMENTS']],
    ['no component separator', X12.replace('*>~', '*~'), ['INTERCHANGE_HEADER_TRIMMED', 'DELIMITER_INVALID']],
    ['a letter as component separator', X12.replace('*>~', '*U~'), ['DELIMITER_INVALID']],
  ])('%s: read, and reported', (_, text, expected) => {
    const file = parseFile(bytes(text));
    expect(codes(file).sort()).toEqual([...expected].sort());
    expect(firstTable(file).value(1, 2)).toBe('Main Street 1');
  }); // prettier-ignore

  test('an unterminated interchange on a line of its own does not swallow the next', () => {
    const file = parseFile(bytes(`${X12.slice(0, -1)}\n${X12}`));
    expect(file.interchanges).toHaveLength(2);
    expect(codes(file)).toEqual(['SEGMENT_TERMINATOR_MISSING']);
  });

  test('the ellipsis as terminator, as one byte and as three', () => {
    for (const ellipsis of ['\x85', '\xe2\x80\xa6']) {
      const file = parseFile(bytes(X12.replaceAll('~', ellipsis).replace('Main', '\xe2\x82\xac Main')));
      expect(findingsOf(file)).toEqual([]);
      expect(firstTable(file).value(1, 2)).toContain('Main Street 1');
    }
  });

  test('the repetition character is data where the release has none', () => {
    const table = firstTable(parseFile(bytes(X12.replace('*U*', '*^*').replace('Main', 'A^B'))));
    expect(table.value(1, 2)).toBe('A^B Street 1');
  });

  test('a letter in ISA11 separates nothing', () => {
    const file = parseFile(bytes(X12.replace('*00401*', '*00501*').replace('Main', 'USA U')));
    expect(codes(file)).toEqual(['REPETITION_SEPARATOR_INVALID']);
    expect(firstTable(file).value(1, 2)).toBe('USA U Street 1');
  });

  test.each([
    ["UNA:+.? '", ''],
    ["UNA:+.? '\r\n", ''],
    ["''UNA:+.? '", 'NOISE'],
    ["UNA:+.? ''", 'EMPTY_SEGMENT'],
    ["UNA:+.?'", 'SERVICE_STRING_ADVICE_INVALID'],
    ["UNA:+.?'\n", 'SERVICE_STRING_ADVICE_INVALID'],
    ["UNA::.? '", 'DELIMITER_INVALID'],
    ["UNA:*.? '", 'SERVICE_STRING_ADVICE_INVALID'],
  ])('%j: %s', (advice, expected) => {
    const file = parseFile(bytes(advice + EDIFACT));
    expect(codes(file).join()).toBe(expected);
    expect(firstTable(file).value(1, 1)).toBe('220');
    expect(file.interchanges[0]!.serviceStringAdvice).toBe(true);
  });

  test('other service characters by UNA, the information separators of level B without', () => {
    const odd = EDIFACT.replaceAll('+', '*').replaceAll(':', '=').replaceAll("'", '~');
    expect(codes(parseFile(bytes(`UNA=*,? ~${odd}`)))).toEqual([]);
    expect(parseFile(bytes(`UNA=*,? ~${odd}`)).interchanges[0]!.delimiters.decimalMark).toBe(',');
    const separators = EDIFACT.replaceAll('+', '\x1d')
      .replaceAll(':', '\x1f')
      .replaceAll("'", '\x1c')
      .replace('UNOC', 'UNOB');
    expect(codes(parseFile(bytes(separators)))).toEqual([]);
  });

  test('other service characters without UNA are guessed, and reported', () => {
    const odd = EDIFACT.replaceAll('+', '*').replaceAll(':', '=').replaceAll("'", '~');
    expect(codes(parseFile(bytes(odd)))).toEqual(['SERVICE_STRING_ADVICE_INVALID']);
    const lines = EDIFACT.replaceAll("'", '\n');
    expect(codes(parseFile(bytes(lines)))).toEqual(['SERVICE_STRING_ADVICE_INVALID']);
  });
});

describe('files that are none', () => {
  test.each([
    ['', 'FILE_EMPTY'],
    [' \r\n', 'FILE_EMPTY'],
    ['Hello, please find our order attached.', 'INTERCHANGE_NOT_FOUND'],
    ['ST*850*0001~SE*2*0001~', 'INTERCHANGE_NOT_FOUND'],
    ['\xff\xfeI\0S\0A\0*\0', 'ENCODING_UNSUPPORTED'],
    ['\xfe\xff\0U\0N\0B', 'ENCODING_UNSUPPORTED'],
    ['\xc9\xe2\xc1\x5c\xf0\xf0', 'ENCODING_UNSUPPORTED'],
    ['ISA*00*broken', 'INTERCHANGE_HEADER_INVALID,INTERCHANGE_NOT_FOUND'],
  ])('%j: %s', (text, expected) => {
    const file = parseFile(bytes(text));
    expect(file.interchanges).toEqual([]);
    expect(codes(file).join()).toBe(expected);
    expect(file.findings.every(({ severity }) => severity === 'error')).toBe(true);
  });
});

interface EdifactSegment {
  name: string;
  elements: string[][];
}

interface EdifactParser {
  onopensegment: (id: string) => void;
  onelement: () => void;
  oncomponent: (value: string) => void;
  onclosesegment: () => void;
  encoding(level: string): void;
  write(text: string): void;
  end(): void;
}

const Parser = createRequire(import.meta.url)('edifact/parser.js') as new () => EdifactParser;

/** What the edifact package makes of a text; undefined when it refuses it. */
function readWithEdifact(text: string): EdifactSegment[] | undefined {
  const segments: EdifactSegment[] = [];
  const parser = new Parser();
  parser.encoding('UNOC');
  parser.onopensegment = (name) => segments.push({ name, elements: [] });
  parser.onelement = () => segments.at(-1)!.elements.push([]);
  // It drops blanks at the beginning of a value.
  parser.oncomponent = (value) => segments.at(-1)!.elements.at(-1)!.push(value.trim());
  parser.onclosesegment = () => undefined;
  try {
    parser.write(text);
    parser.end();
  } catch {
    return undefined;
  }
  return segments;
}

function readComponents(table: SegmentTable): EdifactSegment[] {
  return Array.from({ length: table.length }, (_, s) => ({
    name: table.id(s),
    elements: Array.from({ length: table.elementCount(s) }, (__, e) =>
      Array.from({ length: table.componentCount(s, e + 1) }, (___, c) => table.value(s, e + 1, c + 1).trim()),
    ),
  }));
}

/** Samples of the project and, where it is at hand, the corpus of real files. */
function sampleFiles(standard: 'x12' | 'edifact'): string[] {
  const corpus = process.env['EDI_CORPUS'];
  if (corpus === undefined) return [];
  const rows = readFileSync(path.join(corpus, 'manifest.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  return (
    rows
      .map((row) => row.split('\t'))
      .filter((row) => row[1] === standard && row[4]?.startsWith('ok'))
      .map((row) => readFileSync(path.join(corpus, row[0]!), 'latin1'))
      // The others know no character sets and no repetitions.
      .filter((text) => /^[\0-\x7f]*$/.test(text) && !/UNO.:4/.test(text))
  );
}

describe('agreement with other readers, on what they accept', () => {
  const compareX12 = (text: string): boolean => {
    let other;
    try {
      other = new X12Parser(true).parse(text);
    } catch {
      return false;
    }
    const ours = parseFile(bytes(text)).interchanges.flatMap(({ groups }) => groups.flatMap(({ transactions }) => transactions));
    const all = 'interchanges' in other ? Array.from(other.interchanges) : [other];
    const theirs = all.flatMap(({ functionalGroups }) => functionalGroups.flatMap(({ transactions }) => transactions));
    const plain = theirs.map(({ segments }) => segments.map(({ tag, elements }) => [tag, ...elements.map(({ value }) => value)]));
    const read = ours.map(({ segments }) =>
      Array.from({ length: segments.length - 2 }, (_, s) => [
        segments.id(s + 1),
        ...Array.from({ length: segments.elementCount(s + 1) }, (__, e) => segments.raw(s + 1, e + 1)),
      ]),
    );
    expect(read).toEqual(plain);
    return true;
  }; // prettier-ignore

  const compareEdifact = (text: string): boolean => {
    const theirs = readWithEdifact(text);
    if (theirs === undefined) return false;
    const file = parseFile(bytes(text));
    const ours = file.interchanges.flatMap(({ groups }) =>
      groups.flatMap(({ transactions }) => transactions.flatMap(({ segments }) => readComponents(segments))),
    );
    const service = ['UNA', 'UNB', 'UNG', 'UNE', 'UNZ'];
    expect(ours).toEqual(theirs.filter(({ name }) => !service.includes(name)));
    return true;
  };

  test('node-x12 reads the same segments and elements of generated interchanges', () => {
    fc.assert(
      fc.property(x12Interchange, (data) => {
        // node-x12 misreads line breaks behind terminators and segments without elements.
        const delimiters = { ...X12_DELIMITERS, repetitionSeparator: data.delimiters!.repetitionSeparator };
        const groups = data.groups!.map((group) => ({
          ...group,
          transactions: group.transactions.map((transaction) => ({
            ...transaction,
            segments: transaction.segments.map(([id, , ...rest]): WriteSegment => [id, 'X', ...rest]),
          })),
        }));
        const { bytes: file } = writeInterchange({ ...data, groups, segmentSuffix: '', delimiters });
        expect(compareX12(String.fromCharCode(...file))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('edifact reads the same components of generated interchanges', () => {
    fc.assert(
      fc.property(edifactInterchange, (data) => {
        fc.pre(!data.version.endsWith(':4'));
        // The package knows segment ids of three letters only.
        const messages = (data.messages ?? data.groups!.flatMap(({ transactions }) => transactions)).map(
          (message) => ({ ...message, segments: message.segments.filter(([id]) => /^[A-Z]{3}$/.test(id)) }),
        );
        const { bytes: file } = writeInterchange({
          ...data,
          delimiters: EDIFACT_DELIMITERS,
          version: 'UNOC:3',
          messages,
          groups: [],
        });
        expect(compareEdifact(String.fromCharCode(...file))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  if (process.env['EDI_CORPUS'] === undefined) {
    test.skip('corpus: EDI_CORPUS is not set, its files are not compared', () => undefined);
  } else {
    test('edifact reads the same of real files', () => {
      expect(sampleFiles('edifact').filter(compareEdifact).length).toBeGreaterThan(30);
    });

    test('node-x12 reads the same of real files', () => {
      expect(sampleFiles('x12').filter(compareX12).length).toBeGreaterThan(50);
    });
  }
});
