import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { readConfig } from '../../src/partners/config-text.ts';
import { partnerSchema } from '../../src/partners/partner-schema.ts';

const schema = z.strictObject({
  name: z.string(),
  id: z.string().optional(),
  mode: z.enum(['strict', 'monotonic', 'off']).optional(),
  channels: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('folder'), inbox: z.string().optional() }),
        z.strictObject({ type: z.literal('sftp'), host: z.string() }),
      ]),
    )
    .optional(),
});

function messages(text: string): string[] {
  return readConfig({ path: 'acme/partner.yaml', text }, schema).findings.map(({ message }) => message);
}

describe('a wrong setting is told with file, line, column and what was meant', () => {
  test('an unknown key with the nearest known one', () => {
    expect(messages('name: Acme\nmoode: off\n')).toEqual([
      'acme/partner.yaml:2:1: unknown setting "moode"; did you mean "mode"?',
    ]);
  });

  test('an unknown key that is near nothing lists what is known', () => {
    expect(messages('name: Acme\nzzzzzzzz: 1\n')).toEqual([
      'acme/partner.yaml:2:1: unknown setting "zzzzzzzz"; known here: name, id, mode, channels',
    ]);
  });

  test('an unknown key in an entry of a union, at its own column', () => {
    expect(messages('name: Acme\nchannels:\n  - { type: folder, inbx: a }\n')).toEqual([
      'acme/partner.yaml:3:21: unknown setting "inbx" in channels[0]; did you mean "inbox"?',
    ]);
  });

  test('a code outside the list', () => {
    expect(messages('name: Acme\nmode: monotonc\n')).toEqual([
      'acme/partner.yaml:2:1: mode is "monotonc"; expected one of strict, monotonic, off; did you mean "monotonic"?',
    ]);
  });

  test('an unknown member of a union', () => {
    expect(messages('name: Acme\nchannels: [{ type: foldr }]\n')).toEqual([
      'acme/partner.yaml:2:14: channels[0].type is "foldr"; expected one of folder, sftp; did you mean "folder"?',
    ]);
  });

  test('a second document in the file, which nobody would read', () => {
    expect(messages('name: Acme\n---\nid: "7"\n')).toEqual([
      'acme/partner.yaml:2:1: a second document begins here ("---"), which is not read: one file is one document',
    ]);
    expect(messages('---\nname: Acme\n...\n')).toEqual([]);
  });

  test('bytes of another character set, of which names would be written to partners', () => {
    const latin1 = Buffer.from('name: Acme\nid: M\xfcller\n', 'latin1').toString('utf8');
    expect(messages(latin1)).toEqual([
      'acme/partner.yaml:2:6: not UTF-8: save the file in this character set, so that names stay what they are',
    ]);
    expect(messages('\uFEFFname: Müller\r\nid: "7"\r\n')).toEqual([]);
  });

  test('a file that is no table of settings', () => {
    expect(messages('hello')).toEqual(['acme/partner.yaml:1:1: the file is "hello"; expected object']);
  });

  test('an id without quotes, which would lose its leading zeros', () => {
    expect(messages('name: Acme\nid: 0012345\n')).toEqual([
      'acme/partner.yaml:2:1: id is 12345; expected string; put the value in quotes to keep it as written',
    ]);
  });

  test('a missing setting', () => {
    expect(messages('mode: off\n')).toEqual(['acme/partner.yaml:1:1: name is missing; expected string']);
  });

  test('a key twice, and text that is no YAML', () => {
    expect(messages('name: a\nname: b\n')[0]).toContain(
      'acme/partner.yaml:2:1: not valid YAML: Map keys must be unique',
    );
    expect(messages('name: [a\n')[0]).toContain('acme/partner.yaml:2:1: not valid YAML');
  });

  test('the finding carries the same as data', () => {
    const [finding] = readConfig({ path: 'p.yaml', text: 'name: A\nmode: on\n' }, schema).findings;
    expect(finding).toMatchObject({
      code: 'CONFIG_INVALID_VALUE',
      severity: 'error',
      place: { file: 'p.yaml', line: 2, column: 1, path: 'mode' },
      actual: '"on"',
      expected: 'one of strict, monotonic, off',
    });
  });
});

test('an alias bomb is refused instead of eating the memory', () => {
  const levels = Array.from({ length: 12 }, (_, i) =>
    i === 0
      ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]'
      : `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
  );
  expect(messages(levels.join('\n'))[0]).toContain('alias');
});

test('no text makes it throw, and every finding points into the file', () => {
  const fragments = fc.constantFrom(
    'x12:',
    'partner: a',
    '  identities: [',
    '{',
    '}',
    '- ',
    'id: 1',
    '\n',
    '&a',
    '*a',
    "'",
    '\t',
    ': ',
    '? ',
    '!!x',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fragments).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (content) => {
      const { findings } = readConfig({ path: 'p.yaml', text: content }, partnerSchema);
      const lines = content.split(/\r\n|\n|\r/).length;
      for (const { place } of findings) {
        expect(place.line).toBeGreaterThanOrEqual(1);
        expect(place.line).toBeLessThanOrEqual(lines + 1);
      }
      expect(findings.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});
