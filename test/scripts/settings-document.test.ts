import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { JsonSchema } from '../../scripts/json-schema.ts';
import { buildPartnerSchemas, printPartnerSchemas } from '../../scripts/partner-schemas.ts';
import { optionsOf } from '../../scripts/setting-comments.ts';
import { buildSettingsDocument } from '../../scripts/settings-document.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

test('docs/settings.md is what the schemas say (node scripts/generate.ts writes it)', () => {
  expect(read('docs/settings.md')).toBe(buildSettingsDocument());
});

test.each(Object.entries(printPartnerSchemas()))(
  'partners/%s is what the schema says (node scripts/generate.ts writes it)',
  (file, text) => {
    expect(read(`partners/${file}`)).toBe(text);
  },
);

describe('the JSON schema for editors', () => {
  const { partner, company } = buildPartnerSchemas();

  test('a setting is described by its comment, by that of what it is made of, and by that of its own type of channel', () => {
    const properties = partner.properties!;
    expect(properties['status']!.description).toContain('test data only');
    expect(properties['acknowledgments']!.description).toContain('Functional acknowledgments');
    const channels = optionsOf(properties['channels']!.items!);
    const urls = channels.map(({ properties: own }) => [own!['type']!.const, own!['url']?.description]);
    expect(urls).toContainEqual(['cxml', 'Where our documents are POSTed.']);
    expect(urls).toContainEqual(['httpPush', undefined]);
    // From the settings that every channel has.
    for (const { properties: own } of channels) expect(own!['alertAfterMinutes']!.description).toBeDefined();
  });

  test('every setting beside channels and restrictions, or what it is part of, says what it is for', () => {
    const silent = (json: JsonSchema, path: string, isTold: boolean): string[] => [
      ...Object.entries(json.properties ?? {}).flatMap(([name, property]) => {
        if (name === 'channels' || name === 'restrictions') return [];
        const told = property.description !== undefined;
        const below = silent(property, `${path}.${name}`, told);
        const isGroup = property.properties !== undefined || property.items?.properties !== undefined;
        return told || isTold || isGroup ? below : [`${path}.${name}`, ...below];
      }),
      ...(json.items === undefined ? [] : silent(json.items, path, isTold)),
      ...optionsOf(json).flatMap((option) => silent(option, path, isTold)),
    ];
    expect(silent(partner, 'partner', false)).toEqual([]);
    expect(silent(company, 'company', false)).toEqual([]);
  });
});
