import { describe, expect, test } from '@jest/globals';
import type { Document } from '../../src/documents/document.ts';
import {
  appliesTo,
  listOriginal,
  listSyntaxErrors,
  readSample,
  replaceBody,
  writeSample,
} from './harness.ts';
import { loadGoldens } from './samples.ts';

const { samples, standardMaps, set, source, mapOf } = await loadGoldens();
const written = samples.filter(({ readOnly }) => !readOnly);

describe('golden samples', () => {
  test.each(samples.map((sample) => [sample.name, sample] as const))(
    '%s breaks no rule of its standard',
    (_name, sample) => {
      expect(listSyntaxErrors(sample)).toEqual([]);
    },
  );

  test.each(samples.map((sample) => [sample.name, sample] as const))(
    '%s means its document',
    (_name, sample) => {
      const { document, findings, unconsumed } = readSample(sample);
      expect(findings).toEqual([]);
      expect(unconsumed).toEqual([]);
      expect(document).toEqual(sample.document);
    },
  );

  test.each(written.map((sample) => [sample.name, sample] as const))(
    '%s is what its document is written as',
    (_name, sample) => {
      const { lines, problems } = writeSample(sample, sample.document as Document);
      expect(problems).toEqual([]);
      expect(lines).toEqual(listOriginal(sample));
    },
  );

  test.each(written.map((sample) => [sample.name, sample] as const))(
    '%s comes back from its document',
    (_name, sample) => {
      const { lines } = writeSample(sample, sample.document as Document);
      expect(readSample({ ...sample, bytes: replaceBody(sample, lines) }).document).toEqual(sample.document);
    },
  );
});

describe('maps', () => {
  test.each(standardMaps)('%s has several samples', (name) => {
    expect(samples.filter(({ mapName }) => mapName === name).length).toBeGreaterThanOrEqual(2);
  });

  test('every map that a partner names exists and compiles', () => {
    const names = set.partners.flatMap((partner) =>
      Object.values(partner.documents).flatMap((directions) => [
        ...(directions?.in ?? []),
        ...(directions?.out ?? []),
      ]),
    );
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(mapOf(name).map.name).toBe(name);
  });

  test('a map is named after its file', () => {
    for (const name of standardMaps) expect(source(name)).toContain(`map: ${name}\n`);
    for (const { name, text } of set.maps) expect(text).toContain(`map: ${name}\n`);
  });

  test.each(['x12/004010/810', 'edifact/d96a/invoic'])(
    '%s: invoices and credit notes are told apart by the message',
    (stem) => {
      const isCredit = mapOf(`${stem}-credit-note`);
      const isInvoice = mapOf(stem.endsWith('810') ? `${stem}-invoice` : stem);
      const both = samples.filter(
        ({ mapName }) => mapName === isCredit.map.name || mapName === isInvoice.map.name,
      );
      expect(both.length).toBeGreaterThan(4);
      for (const sample of both) {
        const credit = (sample.document as Document).documentType === 'creditNote';
        expect([sample.name, appliesTo(isCredit, sample)]).toEqual([sample.name, credit]);
        expect([sample.name, appliesTo(isInvoice, sample)]).toEqual([sample.name, !credit]);
      }
    },
  );
});
