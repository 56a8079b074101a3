import { describe, expect, test } from '@jest/globals';
import { isSafeName, toSafeName } from '../../src/transports/file-name.ts';

describe('the name that a sender gives a file', () => {
  test.each([
    ['../../etc/passwd', '__.._etc_passwd'],
    ['invoice\0.edi', 'invoice_.edi'],
    ['a\r\nb: c', 'a__b__c'],
    ['...', '_'],
    ['', '_'],
    [`${'ä'.repeat(150)}.edi`, 'ä'.repeat(100)],
  ])('%j becomes a name that leads nowhere else', (name, safe) => {
    expect(toSafeName(name)).toBe(safe);
    expect(isSafeName(safe)).toBe(true);
  });

  test('is shortened at once, however long it is', () => {
    const started = performance.now();
    for (const part of ['x', '.', 'ä', '/']) expect(isSafeName(toSafeName(part.repeat(250_000)))).toBe(true);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
