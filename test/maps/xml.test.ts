import { describe, expect, test } from '@jest/globals';
import type { Document } from '../../src/documents/document.ts';
import { parseXml } from '../../src/edi/xml/index.ts';
import { readXml, writeXmlText, xmlMapApplies, type XmlMap } from '../../src/maps/index.ts';
import { compile, problems } from './support.ts';

const HEAD = `map: test
message:
  standard: xml
  root: Order
  namespaces: { "": "urn:order", cac: "urn:cac", cbc: "urn:cbc" }
document: order
`;

function xmlMap(rules: string): XmlMap {
  const map = compile(HEAD + rules);
  if (map.standard !== 'xml') throw new Error('not an XML map');
  return map;
}

const map = xmlMap(`rules:
  - { at: cbc:Version, const: "2.1" }
  - { at: cbc:ID, to: id }
  - { at: cbc:IssueDate, to: issueDate, as: isoDate }
  - { at: cbc:Note, to: "notes[]" }
  - loop: cac:Buyer/cac:Party
    to: buyer
    rules:
      - { at: cbc:EndpointID@schemeID, to: scheme, codes: { "0088": GLN } }
      - { at: cbc:EndpointID, to: id }
      - { at: "cac:Address/cbc:Street", to: "address.street[0]" }
      - { at: "cac:Address/cbc:Street2", to: "address.street[1]" }
      - { at: "cac:Address/cbc:City", to: address.city }
  - loop: "cac:AllowanceCharge[cbc:ChargeIndicator=true]"
    to: "allowanceCharges[kind=charge]"
    rules:
      - { at: cbc:Reason, to: reason, codes: { "*": keep } }
      - { at: cbc:Amount@currencyID, const: EUR, only: write }
      - { at: cbc:Amount, to: amount, as: decimal }
  - { at: cbc:LineCount, count: lines }
  - loop: cac:Line/cac:Item
    to: lines[]
    rules:
      - { at: cbc:ID, to: id }
      - { at: cbc:Quantity@unitCode, to: quantity.unit }
      - { at: cbc:Quantity, to: quantity.value, as: decimal }
      - { at: "cac:Ref[@type=seller]/cbc:ID", to: item.sellerId }
  - { ignore: [cac:Extra] }`);

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<o:Order xmlns:o="urn:order" xmlns:a="urn:cac" xmlns="urn:cbc">
  <Version>2.1</Version>
  <ID>PO &amp; 1</ID>
  <IssueDate>2026-01-02Z</IssueDate>
  <Note>Bitte anrufen: Müller</Note>
  <Note><![CDATA[<b>second</b>]]></Note>
  <a:Buyer><a:Party>
    <EndpointID schemeID="0088">4012345000009</EndpointID>
    <a:Address><Street>Weg 1</Street><Street2>Tor 2</Street2><City>Köln</City></a:Address>
  </a:Party></a:Buyer>
  <a:AllowanceCharge><ChargeIndicator>false</ChargeIndicator><Amount>1</Amount></a:AllowanceCharge>
  <a:AllowanceCharge><ChargeIndicator>true</ChargeIndicator><Reason>freight</Reason><Amount currencyID="EUR">12.50</Amount></a:AllowanceCharge>
  <LineCount>3</LineCount>
  <a:Line><a:Item><ID>1</ID><Quantity unitCode="EA">6</Quantity><a:Ref type="buyer"><ID>B</ID></a:Ref><a:Ref type="seller"><ID>A-7</ID></a:Ref></a:Item></a:Line>
  <a:Line><a:Item><ID>2</ID><Quantity unitCode="EA">x</Quantity></a:Item></a:Line>
  <a:Extra><ID>nobody minds</ID></a:Extra>
</o:Order>
`;
const bytes = new TextEncoder().encode(XML);

describe('reading', () => {
  const reading = readXml(map, bytes, { trace: true });

  test("prefixes are the file's own; paths, attributes, conditions, lists", () => {
    expect(reading.draft).toEqual({
      documentType: 'order',
      id: 'PO & 1',
      issueDate: '2026-01-02',
      notes: ['Bitte anrufen: Müller', '<b>second</b>'],
      buyer: { scheme: 'GLN', id: '4012345000009', address: { street: ['Weg 1', 'Tor 2'], city: 'Köln' } },
      allowanceCharges: [{ kind: 'charge', reason: 'freight', amount: '12.50' }],
      lines: [
        { id: '1', quantity: { unit: 'EA', value: '6' }, item: { sellerId: 'A-7' } },
        { id: '2', quantity: { unit: 'EA' } },
      ],
    });
  });

  test('findings and the trace point at line, column and bytes', () => {
    const [bad, count] = reading.findings;
    expect(bad).toMatchObject({
      code: 'MAP_BAD_VALUE',
      message: '<Quantity> (line 16): "x" is not a decimal number such as 12.50',
      place: { line: 16 },
    });
    expect(count).toMatchObject({ code: 'MAP_COUNT_DIFFERS', actual: '3', expected: '2' });
    const city = reading.trace.find(({ path }) => path === 'buyer.address.city')!;
    expect(city).toMatchObject({ line: 10, text: 'Köln' });
    expect(new TextDecoder().decode(bytes.subarray(...city.range!))).toBe('<City>Köln</City>');
  });

  test('elements that no rule used are told', () => {
    expect(reading.unconsumed.map(({ name, text }) => `${name}=${text}`)).toEqual([
      'ChargeIndicator=false',
      'Amount=1',
      'ChargeIndicator=true',
      'ID=B',
    ]);
  });

  test('another document type is refused', () => {
    const other = new TextEncoder().encode('<Invoice xmlns="urn:order"/>');
    expect(readXml(map, other).findings[0]).toMatchObject({
      code: 'MAP_WRONG_MESSAGE',
      actual: 'urn:order Invoice',
    });
    expect(xmlMapApplies(map, parseXml(other).root!)).toBe(false);
    expect(xmlMapApplies(map, parseXml(bytes).root!)).toBe(true);
  });
});

test('writing: the order of the rules, escaped, attributes with their elements', () => {
  const { draft } = readXml(map, bytes);
  const order = { ...draft, lines: [(draft['lines'] as object[])[0]] } as unknown as Document;
  const { text, findings } = writeXmlText(map, order);
  expect(findings).toEqual([]);
  expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:order" xmlns:cac="urn:cac" xmlns:cbc="urn:cbc">
  <cbc:Version>2.1</cbc:Version>
  <cbc:ID>PO &amp; 1</cbc:ID>
  <cbc:IssueDate>2026-01-02</cbc:IssueDate>
  <cbc:Note>Bitte anrufen: Müller</cbc:Note>
  <cbc:Note>&lt;b&gt;second&lt;/b&gt;</cbc:Note>
  <cac:Buyer>
    <cac:Party>
      <cbc:EndpointID schemeID="0088">4012345000009</cbc:EndpointID>
      <cac:Address>
        <cbc:Street>Weg 1</cbc:Street>
        <cbc:Street2>Tor 2</cbc:Street2>
        <cbc:City>Köln</cbc:City>
      </cac:Address>
    </cac:Party>
  </cac:Buyer>
  <cac:AllowanceCharge>
    <cbc:ChargeIndicator>true</cbc:ChargeIndicator>
    <cbc:Reason>freight</cbc:Reason>
    <cbc:Amount currencyID="EUR">12.50</cbc:Amount>
  </cac:AllowanceCharge>
  <cbc:LineCount>1</cbc:LineCount>
  <cac:Line>
    <cac:Item>
      <cbc:ID>1</cbc:ID>
      <cbc:Quantity unitCode="EA">6</cbc:Quantity>
      <cac:Ref type="seller">
        <cbc:ID>A-7</cbc:ID>
      </cac:Ref>
    </cac:Item>
  </cac:Line>
</Order>
`);
  expect(readXml(map, new TextEncoder().encode(text)).draft).toEqual(order);
});

test('a field of an inner loop that stands further out keeps its place', () => {
  const outer = xmlMap(`rules:
  - { at: cbc:ID, to: id }
  - loop: cac:Line
    to: lines[]
    rules:
      - { at: cbc:ID, to: id }
      - entry: allowanceCharges[]
        when: { cac:Charge: false, "allowanceCharges#": 1 }
        rules: [ { at: cbc:Kind, to: kind } ]
      - { at: cbc:Quantity, to: quantity.value, as: decimal }
      - loop: cac:Charge
        to: allowanceCharges[]
        rules: [ { at: "../cbc:Kind", to: kind }, { at: cbc:Amount, to: amount, as: decimal } ]`);
  const charges = [
    { kind: 'charge', amount: '1' },
    { kind: 'charge', amount: '2' },
  ];
  const order = {
    documentType: 'order',
    id: '1',
    lines: [{ id: '1', quantity: { value: '6' }, allowanceCharges: charges }],
  };
  const { text } = writeXmlText(outer, order as unknown as Document);
  expect(text.replace(/\s+/g, '')).toContain(
    '<cbc:ID>1</cbc:ID><cbc:Kind>charge</cbc:Kind><cbc:Quantity>6</cbc:Quantity><cac:Charge><cbc:Amount>1</cbc:Amount></cac:Charge><cac:Charge>',
  );
  expect(readXml(outer, new TextEncoder().encode(text)).draft['lines']).toEqual(order.lines);
});

test.each([
  ['  - { at: xyz:ID, to: id }', 'the prefix "xyz" is not among the map\'s namespaces'],
  ['  - { at: "cbc:ID[", to: id }', 'is not an element'],
  ['  - loop: cbc:ID@x\n    to: lines[]', 'is not an element'],
  ['  - { tree: HL }', 'tree: is for HL and CPS segments'],
])('%s: %s', (rule, message) => {
  expect(problems(`${HEAD}rules:\n${rule}`).join('\n')).toContain(message);
});
