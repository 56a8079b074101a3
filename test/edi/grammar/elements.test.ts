import { describe, expect, test } from '@jest/globals';
import { edifact, summarize, validate, x12 } from '../read-text.ts';

/** Findings of one segment of a 005010 or 004010 set that is otherwise in order. */
function inOrder(segment: string, release = '004010'): string[] {
  const body = `BEG*00*SA*PO1**20260102\n${segment}\nPO1*1*1*EA*1\nCTT*1`;
  return summarize(validate(x12('850', body, release))).filter((line) => !line.includes('CTT'));
}

function inLine(segment: string): string[] {
  return summarize(validate(x12('850', `BEG*00*SA*PO1**20260102\nPO1*1*1*EA*1\n${segment}\nCTT*1`)));
}

describe('X12 elements', () => {
  test.each([
    ['mandatory', 'REF', ['error ELEMENT_MISSING REF01@3 1', 'error ELEMENT_CONDITION REF02@3 2']],
    ['too short', 'REF*D*1', ['error ELEMENT_TOO_SHORT REF01@3 4']],
    ['too long', 'REF*DPXX*1', ['error ELEMENT_TOO_LONG REF01@3 5']],
    ['too many elements', 'CTP*WS*RES*1*1*EA*****1*1*9', ['error ELEMENT_TOO_MANY CTP12@3 3']],
    ['no date', 'DTM*002*20260230', ['error ELEMENT_INVALID_DATE DTM02@3 8']],
    ['a leap day is a date', 'DTM*002*20240229', []],
    ['and none in another year', 'DTM*002*20260229', ['error ELEMENT_INVALID_DATE DTM02@3 8']],
    ['a leap day of a century is a date where 400 divides it', 'DTM*002*20000229', []],
    ['and none where it does not', 'DTM*002*21000229', ['error ELEMENT_INVALID_DATE DTM02@3 8']],
    ['no time', 'DTM*002*20260101*2460', ['error ELEMENT_INVALID_TIME DTM03@3 9']],
    ['a time with decimals is a time', 'DTM*002*20260101*23595999', []],
    ['no decimal', 'CTP*WS*RES*1,5', ['error ELEMENT_INVALID_CHARACTER CTP03@3 6']],
    ['decimals count digits only', 'CTP*WS*RES*-12345678901234.567', []],
    [
      'and no more than the length has',
      'CTP*WS*RES*-123456789012345678',
      ['error ELEMENT_TOO_LONG CTP03@3 5'],
    ],
    ['an exponent is a decimal', 'CTP*WS*RES*1.5E-3', []],
    ['no whole number', 'SAC*C*D240***12.50', ['error ELEMENT_INVALID_CHARACTER SAC05@3 6']],
    ['not in a closed list', 'SAC*Z*D240***1250', ['error ELEMENT_INVALID_CODE SAC01@3 7']],
    ['an open list takes anything that fits', 'REF*QQQ*1', []],
    ['trailing separators', 'REF*DP*1**', ['warning TRAILING_SEPARATOR REF04@3 -']],
    [
      'trailing separators beyond the last element',
      'CTP*WS*RES*1**********',
      ['warning TRAILING_SEPARATOR CTP13@3 -'],
    ],
  ])('%s: %s', (_, segment, expected) => {
    expect(inOrder(segment)).toEqual(expected);
  });

  test('a length is that of the release', () => {
    const line = 'SI*TI*CL1*1';
    expect(inOrder(line, '005010')).toEqual([]);
    expect(inOrder(line)).toEqual(['error ELEMENT_TOO_LONG SI02@3 5']);
  });

  test.each([
    ['P: both or none', 'N1*ST*Store*92', ['error ELEMENT_CONDITION N104@3 2']],
    ['R: at least one', 'N1*ST', ['error ELEMENT_CONDITION N102@3 2']],
    ['C: with it the other', 'CTP*WS**1***PUR', ['error ELEMENT_CONDITION CTP07@3 2']],
    ['E: not both', 'TD3*TL*********D', ['error ELEMENT_EXCLUSION TD310@3 10']],
    ['L: with it one of the others', 'ITD*01*3*2', ['error ELEMENT_CONDITION ITD04@3 2']],
  ])('relational note %s: %s', (_, segment, expected) => {
    expect(
      inOrder(segment).filter((line) => line.includes('ELEMENT_CONDITION') || line.includes('EXCLUSION')),
    ).toEqual(expected);
  });

  test('the components of a composite are checked like elements', () => {
    expect(inOrder('REF*ZZ*1**DP>A>VN>B')).toEqual([]);
    expect(inOrder('REF*ZZ*1**DP')).toEqual(['error ELEMENT_MISSING REF04.2@3 1']);
    expect(inOrder('REF*ZZ*1**DP>A>VN')).toEqual(['error ELEMENT_CONDITION REF04.4@3 2']);
    expect(inOrder('REF*ZZ*1**DP>A>VN>B>VN>C>D')).toEqual(['error COMPONENT_TOO_MANY REF04.7@3 13']);
    expect(inOrder('REF*ZZ>A*1')).toEqual(['error COMPONENT_TOO_MANY REF01.2@3 13']);
    expect(inOrder('REF*ZZ*1**DP>A>')).toEqual(['warning TRAILING_SEPARATOR REF04.3@3 -']);
  });

  test('repetitions where the dictionary has none', () => {
    expect(inOrder('REF*DP*1^2', '005010')).toEqual(['error REPETITION_TOO_MANY REF02@3 12']);
    expect(inOrder('REF*DP*1^2')).toEqual([]);
  });

  test('an element of countless digits is told at once, decimal or not', () => {
    const digits = '9'.repeat(1_000_000);
    const started = performance.now();
    expect(inOrder(`CTP*WS*RES*${digits}x`)).toEqual(['error ELEMENT_INVALID_CHARACTER CTP03@3 6']);
    expect(inOrder(`CTP*WS*RES*${digits}`)).toEqual(['error ELEMENT_TOO_LONG CTP03@3 5']);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('a control character is an invalid character', () => {
    expect(inLine('PID*F****A\u0007B')).toEqual(['error ELEMENT_INVALID_CHARACTER PID05@4 6']);
  });

  test('what cannot be seen is shown in the message, and kept as it is beside it', () => {
    const transaction = x12('850', 'BEG*00*SA*PO1**20260301\nPO1*1*1*EA*1**VN*A\u0007\u0085B\nCTT*1');
    const [finding] = validate(transaction).findings;
    expect(finding!.message).toContain('found "A\\x07\\x85B"');
    expect(finding!.actual).toBe('A\u0007\u0085B');
  });

  test('every finding tells place, found and expected', () => {
    const transaction = x12('850', 'BEG*00*SA*PO1**20261301\nPO1*1*1*EA*1\nCTT*1');
    const { findings } = validate(transaction);
    expect(findings).toHaveLength(1);
    const [finding] = findings;
    expect(finding).toMatchObject({
      code: 'ELEMENT_INVALID_DATE',
      severity: 'error',
      actual: '20261301',
      expected: 'a date CCYYMMDD',
      place: {
        interchange: 1,
        group: 1,
        transaction: 1,
        segment: 2,
        segmentId: 'BEG',
        element: 5,
        elementId: '373',
      },
      acknowledgment: { level: 'element', code: '8' },
    });
    expect(finding?.message).toBe(
      'BEG05 (373) in segment 2 is no date: found "20261301", expected a date CCYYMMDD.',
    );
    expect(finding?.place.range).toEqual(transaction.segments.range(1, 5));
  });
});

describe('EDIFACT elements', () => {
  function inOrders(segment: string): string[] {
    const body = `BGM+220+PO1+9\nDTM+137:20260102:102\n${segment}\nLIN+1\nUNS+S`;
    return summarize(validate(edifact('ORDERS:D:96A:UN', body)));
  }

  test.each([
    ['in order', 'NAD+BY+4012345000009::9', []],
    ['mandatory element', 'NAD++4012345000009::9', ['error ELEMENT_MISSING NAD01@4 13']],
    ['mandatory component of a used composite', 'NAD+BY+::9', ['error ELEMENT_MISSING NAD02.1@4 13']],
    ['too long', 'NAD+BY+4012345000009000000000000000000000000::9', ['error ELEMENT_TOO_LONG NAD02.1@4 39']],
    ['too many components', 'NAD+BY+1:2:9:4', ['error COMPONENT_TOO_MANY NAD02.4@4 16']],
    ['too many elements', 'NAD+BY+1++++++++DE+X', ['error ELEMENT_TOO_MANY NAD10@4 16']],
    ['a released separator is data', "NAD+BY+++A ?+ B?: C?'s", []],
    ['trailing separators', 'NAD+BY+1::9+', ['warning TRAILING_SEPARATOR NAD03@4 -']],
    [
      'trailing separators of components beyond the last element',
      'NAD+BY+1++++++++:',
      ['warning TRAILING_SEPARATOR NAD10@4 -'],
    ],
  ])('%s: %s', (_, segment, expected) => {
    expect(inOrders(segment)).toEqual(expected);
  });

  test.each([
    ['12.5', []],
    ['12,5', []],
    ['-12.5', []],
    ['.5', ['error ELEMENT_DECIMAL_WITHOUT_DIGIT QTY01.2@5 38']],
    ['-,5', ['error ELEMENT_DECIMAL_WITHOUT_DIGIT QTY01.2@5 38']],
    ['.', ['error ELEMENT_INVALID_DECIMAL QTY01.2@5 19']],
    ['5.', ['error ELEMENT_INVALID_DECIMAL QTY01.2@5 19']],
    ['1.234.567', ['error ELEMENT_INVALID_DECIMAL QTY01.2@5 19']],
    ['ten', ['error ELEMENT_INVALID_CHARACTER QTY01.2@5 37']],
    ['1234567890123456', ['error ELEMENT_TOO_LONG QTY01.2@5 39']],
    ['-123456789012.345', []],
  ])('quantity %s', (quantity, expected) => {
    const body = `BGM+220+PO1+9\nDTM+137:20260102:102\nLIN+1\nQTY+21:${quantity}\nUNS+S`;
    expect(summarize(validate(edifact('ORDERS:D:96A:UN', body)))).toEqual(expected);
  });

  test('a code outside a closed list', () => {
    const body = 'BGM+220+PO1+XX\nDTM+137:20260102:102\nLIN+1\nUNS+S';
    expect(summarize(validate(edifact('ORDERS:D:96A:UN', body)))).toEqual([
      'error ELEMENT_INVALID_CODE BGM03@2 12',
    ]);
  });
});

describe('leniency turns errors into warnings and takes their acknowledgment code', () => {
  const body = 'BEG*00*SA*PO1**20260102\nREF*DPXX*1\nZZZ*1\nPO1*1*1*EA*1\nCUR*BY*USD\nCTT*1';

  test('a code in lower case, but no other code', () => {
    const [lower, other] = ['SAC*c*D240***1250', 'SAC*z*D240***1250'].map((segment) =>
      summarize(
        validate(x12('850', `BEG*00*SA*1**20260101\nPO1*1*1*EA*1\n${segment}\nCTT*1`), {
          leniency: { lowerCase: true },
        }),
      ),
    );
    expect(lower).toEqual(['warning ELEMENT_INVALID_CODE SAC01@4 -']);
    expect(other).toEqual(['error ELEMENT_INVALID_CODE SAC01@4 7']);
  });

  test('nothing is forgiven by default', () => {
    expect(summarize(validate(x12('850', body)))).toEqual([
      'error ELEMENT_TOO_LONG REF01@3 5',
      'error SEGMENT_UNRECOGNIZED ZZZ@4 1',
    ]);
  });

  test('only what the switch names', () => {
    expect(summarize(validate(x12('850', body), { leniency: { lengths: true } }))).toEqual([
      'warning ELEMENT_TOO_LONG REF01@3 -',
      'error SEGMENT_UNRECOGNIZED ZZZ@4 1',
    ]);
    expect(
      summarize(validate(x12('850', body), { leniency: { lengths: true, unknownSegments: true } })),
    ).toEqual(['warning ELEMENT_TOO_LONG REF01@3 -', 'warning SEGMENT_UNRECOGNIZED ZZZ@4 -']);
  });

  test('a broken transaction has a bounded number of findings and stays rejected', () => {
    const lines = Array.from({ length: 3000 }, () => 'REF*DP*1*').join('\n');
    const { findings } = validate(x12('850', `BEG*00*SA*PO1**20260102\n${lines}\nPO1*1*x*EA*1\nCTT*1`));
    expect(findings).toHaveLength(1001);
    expect(findings.at(-1)).toMatchObject({
      code: 'FINDINGS_UNLISTED',
      severity: 'error',
      acknowledgment: { level: 'transaction', code: '5' },
    });
  });
});
