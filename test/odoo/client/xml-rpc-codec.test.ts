import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readXmlRpcReply, writeXmlRpcCall } from '../../../src/odoo/client/xml-rpc-codec.ts';

/** The value as an answer would carry it. */
function echoed(value: unknown): unknown {
  const [, content] = /<params>([^]*)<\/params>/.exec(writeXmlRpcCall('echo', [value]))!;
  return readXmlRpcReply(`<?xml version="1.0"?><methodResponse><params>${content}</params></methodResponse>`)
    .value;
}

describe('what is written is what is read', () => {
  const text = fc
    .string({ unit: 'grapheme' })
    // XML 1.0 has no control characters, and makes one line end of any.
    .map((value) => value.replace(/[\u0000-\u0008\u000b\u000c\u000d-\u001f]/g, ''));
  const leaf = fc.oneof(
    text,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  );
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value')),
      fc.dictionary(text, tie('value'), { noNullPrototype: true }),
    ),
  })).value;

  test('for any value of JSON', () => {
    fc.assert(
      fc.property(value, (each) => expect(echoed(each)).toEqual(each)),
      { numRuns: 300 },
    );
  });
});

test('text without a type is text, an entity is its character', () => {
  const reply =
    '<methodResponse><params><param><value>a &lt; b &#38; &#x63;</value></param></params></methodResponse>';
  expect(readXmlRpcReply(reply)).toEqual({ value: 'a < b & c' });
});

test('a fault carries its code and its text', () => {
  const reply =
    '<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>2</int></value></member>' +
    '<member><name>faultString</name><value><string>Locked</string></value></member></struct></value></fault></methodResponse>';
  expect(readXmlRpcReply(reply).fault).toEqual({ code: '2', text: 'Locked' });
});

test('a page of HTML is no answer', () => {
  expect(() => readXmlRpcReply('<html><body>Bad gateway</body></html>')).toThrow(/methodResponse/);
});

test('control characters, which no XML can carry, are left out', () => {
  expect(echoed('a\u0000b\u001fc')).toBe('abc');
});
