import { describe, expect, test } from '@jest/globals';
import { read, segmentMap } from '../support.ts';

const BODY = `rules:
  - { at: BEG02, to: orderType, codes: { SA: standard, '*': keep } }
  - { at: BEG03, to: id, prefix: 'PO-' }
  - { at: BEG05, to: issueDate, as: date8 }
  - { at: CUR02, to: currency }
  - { at: 'DTM[002]02', to: requestedDeliveryDate, as: date8 }
  - { at: 'ITD07', to: paymentTerms.netDays, as: integer }
  - { loop: 'N1[BY]', to: buyer, rules: [{ at: N102, to: name }] }
  - { loop: 'N1[SU]', to: seller, rules: [{ at: N102, to: name }, { at: N103, to: scheme, codes: { '92': other } }] }
  - loop: PO1
    to: lines[]
    rules:
      - { at: PO101, to: id }
      - { at: PO102, to: quantity.value, as: decimal }
      - { at: PO103, to: quantity.unit, codes: { EA: EA, '*': keep } }
      - { at: PO104, to: price.amount, as: decimal }
      - { at: 'PO1{VN}', to: item.sellerId }
`;

const MESSAGE = `BEG*00*SA*PO-1**20260302
CUR*BY*USD
ITD*01*******
N1*BY*Buyer
N1*SU*Seller*92*X
PO1*1*5*EA*1.20**VN*A1
`;

const map = segmentMap('850', BODY);

function troubles(message: string): string[] {
  const { document, findings } = read(map, message);
  expect(document === undefined).toBe(findings.some(({ code }) => code === 'DOCUMENT_INVALID'));
  return findings.filter(({ code }) => code === 'DOCUMENT_INVALID').map(({ place }) => place.path!);
}

describe('what rules cannot get wrong is not checked, and all else is', () => {
  test('a message in order is a document', () => {
    expect(troubles(MESSAGE)).toEqual([]);
  });

  test.each([
    ['a field that is required and not sent', 'BEG*00*SA*PO-1**20260302', 'BEG*00*SA*PO-1', 'issueDate'],
    ['a party that is required and not sent', 'N1*SU*Seller*92*X\n', '', 'seller'],
    ['a list that may not be empty', 'PO1*1*5*EA*1.20**VN*A1\n', '', 'lines'],
    ['an object in which a field is missing', 'PO1*1*5*EA', 'PO1*1**EA', 'lines[0].quantity.value'],
    ['a code that is kept and is no unit', '*5*EA*', '*5*e-*', 'lines[0].quantity.unit'],
    ['a code that is kept and is none of the model', '*SA*', '*XX*', 'orderType'],
    ['a text that is no currency', '*USD', '*usd', 'currency'],
    ['nothing behind the prefix', 'PO-1*', 'PO-*', 'id'],
    ['a number of days below zero', 'ITD*01*******', 'ITD*01******-3', 'paymentTerms.netDays'],
  ])('%s', (_name, part, other, path) => {
    expect(MESSAGE).toContain(part);
    expect(troubles(MESSAGE.replace(part, other))).toEqual([path]);
  });
});
