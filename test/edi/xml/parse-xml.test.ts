import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseXml, writeXml, type XmlElement, type XmlToWrite } from '../../../src/edi/xml/index.ts';

const parse = (text: string) => parseXml(new TextEncoder().encode(text));

test('names are resolved, entities decoded, positions kept', () => {
  const { root } = parse(
    '<?xml version="1.0"?>\n<a:r xmlns:a="urn:1" xmlns="urn:2">\n  <b k="1&#65;" a:k="2">&lt;&amp;&#x20AC;</b>\n</a:r>',
  );
  expect(root).toMatchObject({ namespace: 'urn:1', name: 'r', line: 2, column: 1 });
  expect(root?.children[0]).toMatchObject({
    namespace: 'urn:2',
    name: 'b',
    text: '<&€',
    line: 3,
    column: 3,
    attributes: [
      { namespace: '', name: 'k', value: '1A' },
      { namespace: 'urn:1', name: 'k', value: '2' },
    ],
  });
});

test("the encoding is the declared one, or the byte order mark's", () => {
  const latin = Uint8Array.from([
    ...new TextEncoder().encode('<?xml version="1.0" encoding="ISO-8859-1"?><a>'),
    0xfc,
    ...new TextEncoder().encode('</a>'),
  ]);
  expect(parseXml(latin).root?.text).toBe('ü');
  const wide = new Uint8Array([0xff, 0xfe, ...'<a>ü</a>'.split('').flatMap((c) => [c.charCodeAt(0), 0])]);
  expect(parseXml(wide).root?.text).toBe('ü');
  expect(parseXml(Uint8Array.from([0x3c, 0x61, 0x3e, 0xfc, 0x3c, 0x2f, 0x61, 0x3e])).findings[0]?.code).toBe(
    'XML_ENCODING',
  );
});

describe('what is refused', () => {
  test.each([
    ['', 'XML_NOT_WELL_FORMED'],
    ['<a><b></a>', 'XML_NOT_WELL_FORMED'],
    ['<a>', 'XML_NOT_WELL_FORMED'],
    ['no xml', 'XML_NOT_WELL_FORMED'],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'XML_ENTITIES_REFUSED'],
    [`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`, 'XML_TOO_LARGE'],
  ])('%j', (text, code) => {
    const { root, findings } = parse(text);
    expect(root).toBeUndefined();
    expect(findings[0]).toMatchObject({ code, severity: 'error' });
  });

  test('a document type without declarations is fine (cXML has one)', () => {
    expect(parse('<!DOCTYPE cXML SYSTEM "http://x/cXML.dtd"><cXML/>').root?.name).toBe('cXML');
  });
});

test('any bytes give an answer', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.string().map((text) => new TextEncoder().encode(`<a>${text}</a>`)),
      ),
      (bytes) => {
        const { root, findings } = parseXml(bytes);
        expect(root !== undefined || findings.length > 0).toBe(true);
      },
    ),
  );
});

test('what is written is read again', () => {
  const name = fc.stringMatching(/^[a-z]{1,5}$/);
  const text = fc.string({ unit: 'grapheme' }).map((value) =>
    value
      .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
      .trim()
      .replace(/\r\n?/g, '\n'),
  );
  const leaf = fc.record({
    name,
    attributes: fc.array(fc.tuple(name, text), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    children: fc.constant<XmlToWrite[]>([]),
    text: fc.constant(''),
  });
  const withChildren = (inner: fc.Arbitrary<XmlToWrite>): fc.Arbitrary<XmlToWrite> =>
    fc.record({
      name,
      attributes: fc.constant(new Map()),
      children: fc.array(inner, { maxLength: 3 }),
      text: fc.constant(''),
    });
  const element = fc.oneof(leaf, withChildren(leaf), withChildren(withChildren(leaf)));
  const plain = (node: XmlElement | XmlToWrite): unknown => ({
    name: node.name,
    attributes: (node.attributes instanceof Map
      ? [...node.attributes]
      : (node as XmlElement).attributes.map(({ name: key, value }) => [key, value])
    ).map(([key, value]) => [key, String(value).trim()]),
    children: node.children.map((child) => plain(child)),
    text: node.text.trim(),
  });
  fc.assert(
    fc.property(element, text, (node, content) => {
      const root = node.children.length === 0 ? { ...node, text: content } : node;
      expect(plain(parse(writeXml(root)).root!)).toEqual(plain(root));
    }),
  );
});

describe('a document that is made to be expensive', () => {
  /** What it costs on a slow machine that does other things besides. */
  const MOST_MS = 3_000;
  const declarations = Array.from({ length: 20_000 }, (_, index) => `xmlns:n${index}="u"`).join(' ');

  test.each([
    ['prefixes that every element takes over', `<a ${declarations}>${'<b xmlns:x="y"/>'.repeat(20_000)}</a>`],
    ['a > in every attribute', `<a>${'<b c=">"/>'.repeat(60_000)}</a>`],
    ['document types that never end', `<a><![CDATA[${'<!DOCTYPE '.repeat(60_000)}]]></a>`],
  ])('%s', (_, text) => {
    const started = performance.now();
    expect(parse(text).root?.name).toBe('a');
    expect(performance.now() - started).toBeLessThan(MOST_MS);
  });

  test('more elements than are read are counted before one is made', () => {
    const started = performance.now();
    expect(parse(`<a>${'<b/>'.repeat(5_000_000)}</a>`).findings).toMatchObject([{ code: 'XML_TOO_LARGE' }]);
    expect(performance.now() - started).toBeLessThan(MOST_MS);
  });

  test('what is wrong is told in a few words', () => {
    for (const text of ['<'.repeat(100_000), '<a>'.repeat(100_000)])
      expect(parse(text).findings[0]!.message.length).toBeLessThan(300);
  });

  test('an attribute with a > keeps the place of its element', () => {
    const text = '<a><b c=">">x</b><d/></a>';
    const [first, second] = parse(text).root!.children;
    expect(text.slice(...first!.range)).toBe('<b c=">">x</b>');
    expect(text.slice(...second!.range)).toBe('<d/>');
  });
});
