import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = path.join(import.meta.dirname, '../..');

/** An installation with one partner, one dictionary and one file. */
describe('validate and ack', () => {
  let home: string;

  beforeAll(() => {
    home = mkdtempSync(path.join(tmpdir(), 'tradelane-cli-'));
    for (const folder of ['partners/acme', 'dictionaries'])
      mkdirSync(path.join(home, folder), { recursive: true });
    cpSync(path.join(ROOT, 'maps'), path.join(home, 'maps'), { recursive: true });
    writeFileSync(
      path.join(home, 'partners/company.yaml'),
      'company: Us\ncurrency: USD\nidentities: { x12: [{ qualifier: ZZ, id: US }], edifact: [{ id: US }] }\n',
    );
    writeFileSync(
      path.join(home, 'partners/acme/partner.yaml'),
      `partner: acme
name: Acme
x12: { identities: [{ qualifier: ZZ, id: ACME }] }
edifact: { identities: [{ id: ACME }], inboundCharset: utf-8 }
channels: [{ type: folder, inbox: inbox/acme }]
documents: { orderResponse: { in: x12/004010/855-order-response } }
acknowledgments: { send: { acceptedSets: false } }
leniency: { wrongCounts: true }
restrictions:
  - { message: 99Z, at: ZA102, rule: codes, codes: [AA] }
`,
    );
    writeFileSync(
      path.join(home, 'dictionaries/own.yaml'),
      `standard: x12
release: 004010OWN
base: '004010'
messages: |
  99Z
   heading: ST! ZA1! REF:2 SE!
segments: |
  ZA1 353! 9001
elements: |
  ID 2/2: 9001
`,
    );
    writeFileSync(
      path.join(home, 'own.edi'),
      [
        'ISA*00*          *00*          *ZZ*ACME           *ZZ*US             *260131*0815*U*00401*000000017*0*P*>',
        'GS*ZZ*ACME*US*20260131*0815*41*X*004010OWN',
        'ST*99Z*0001',
        'ZA1*00*BB',
        'SE*7*0001',
        'GE*1*41',
        'IEA*1*000000017',
        '',
      ].join('~\n'),
    );
  });

  afterAll(() => {
    rmSync(home, { recursive: true });
  });

  function tradelane(...args: string[]): Promise<{ status: number; output: string; trouble: string }> {
    const env = { ...process.env, NODE_OPTIONS: '', TRADELANE_HOME: home, NO_COLOR: '1' };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [path.join(ROOT, 'src/main.ts'), ...args],
        { cwd: home, env },
        (error, output, trouble) => {
          resolve({ status: typeof error?.code === 'number' ? error.code : 0, output, trouble });
        },
      );
    });
  }

  const codes = (...args: string[]) => codesOf('own.edi', ...args);

  async function codesOf(file: string, ...args: string[]): Promise<[status: number, findings: string[]]> {
    const { status, output } = await tradelane('validate', '--json', ...args, file);
    const [{ findings }] = JSON.parse(output) as [{ findings: { severity: string; code: string }[] }];
    return [status, findings.map(({ severity, code }) => `${severity} ${code}`)];
  }

  test('the standard alone, with the dictionaries of the installation', async () => {
    expect(await codes()).toEqual([1, ['error TRANSACTION_COUNT_WRONG']]);
  });

  test('with the leniency and the restrictions of a partner', async () => {
    expect(await codes('--partner', 'acme')).toEqual([
      1,
      ['warning TRANSACTION_COUNT_WRONG', 'error ELEMENT_INVALID_CODE'],
    ]);
  });

  test('in the character set that is agreed with the partner', async () => {
    const sample = path.join(ROOT, 'partners/hansa-werkzeuge/samples/order/release.edi');
    const message = readFileSync(sample, 'latin1').replace('NAD+BY', "FTX+AAI+++Müller'NAD+BY");
    const counted = message.replace(/UNT\+(\d+)/, (_, count: string) => `UNT+${Number(count) + 1}`);
    writeFileSync(path.join(home, 'utf-8.edi'), counted, 'utf8');
    expect(await codesOf('utf-8.edi')).toEqual([0, ['warning CHARACTERS_MISDECLARED']]);
    expect(await codesOf('utf-8.edi', '--partner', 'acme')).toEqual([0, []]);
  });

  test('without the dictionary nobody knows the message', async () => {
    mkdirSync(path.join(home, 'none'), { recursive: true });
    expect(await codes('--dictionaries', 'none')).toEqual([
      1,
      ['error TRANSACTION_COUNT_WRONG', 'error TRANSACTION_NOT_SUPPORTED'],
    ]);
  });

  test('the answer names the code that the partner may not send', async () => {
    const { status, output } = await tradelane('ack', '--partner', 'acme', 'own.edi');
    expect(status).toBe(1);
    expect(output).toContain('AK3*ZA1*2**8~\nAK4*2*9001*7*BB~');
  });

  test('an unknown partner is told, with the nearest', async () => {
    const { status, trouble } = await tradelane('validate', '--partner', 'acne', 'own.edi');
    expect([status, trouble]).toEqual([2, expect.stringContaining('Did you mean acme?')]);
  });

  test('partner check reads the dictionaries too', async () => {
    expect(await tradelane('partner', 'check')).toMatchObject({ status: 0 });
    const file = path.join(home, 'dictionaries/own.yaml');
    const sound = readFileSync(file, 'utf8');
    writeFileSync(file, sound.replace('ID 2/2: 9001', 'ID two: 9001'));
    const { status, output } = await tradelane('partner', 'check');
    writeFileSync(file, sound);
    expect([status, output]).toEqual([1, expect.stringContaining('dictionaries/own.yaml:9:1')]);
  });
});
