import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROOT, runCli } from './run-cli.ts';

const CSV_MAP = `map: partners/acme/answers
message: { standard: csv, key: [Order] }
document: orderResponse
rules:
  - { at: Order, to: orderId }
  - { to: purpose, const: original }
  - { to: claim, const: accepted }
  - loop: row
    to: lines[]
    rules:
      - { at: Line, to: orderLineId }
      - entry: 'schedules[]'
        rules: [{ to: claim, const: accepted }, { at: Qty, to: quantity.value, as: decimal }]
`;

/** An installation whose one partner answers in two ways. */
describe('map lint and map test', () => {
  let home: string;

  beforeAll(() => {
    home = mkdtempSync(path.join(tmpdir(), 'tradelane-cli-'));
    const samples = path.join(home, 'partners/acme/samples/orderResponse');
    for (const folder of [samples, path.join(home, 'partners/acme/maps')])
      mkdirSync(folder, { recursive: true });
    cpSync(path.join(ROOT, 'maps'), path.join(home, 'maps'), { recursive: true });
    writeFileSync(
      path.join(home, 'partners/company.yaml'),
      'company: Us\ncurrency: USD\nidentities: { x12: [{ qualifier: ZZ, id: US }] }\n',
    );
    writeFileSync(
      path.join(home, 'partners/acme/partner.yaml'),
      `partner: acme
name: Acme
accounts: { supplierId: ACME }
x12: { identities: [{ qualifier: ZZ, id: ACME }] }
channels: [{ type: folder, inbox: inbox/acme }]
documents: { orderResponse: { in: [x12/004010/855-order-response, partners/acme/answers] } }
`,
    );
    writeFileSync(path.join(home, 'partners/acme/maps/answers.map.yaml'), CSV_MAP);
    writeFileSync(path.join(samples, 'first.csv'), 'Order,Line,Qty\nPO1,1,5\n');
  });
  afterAll(() => rmSync(home, { recursive: true }));

  test('a sample is tested by the first map of its document that reads it', () => {
    const own = runCli(['map', 'test', 'partners/acme'], { home });
    expect(own.stdout.toString()).toContain('1 sample, 1 passed, 0 failed');
    const standard = runCli(['map', 'test', 'x12/004010/855-order-response'], { home });
    expect(standard.stdout.toString()).toMatch(/ 0 failed/);
  });

  test('a missing quote is told once, with what mends it', () => {
    writeFileSync(
      path.join(home, 'partners/acme/maps/unquoted.map.yaml'),
      CSV_MAP.replace('answers', 'unquoted').replace('Line, to: orderLineId', 'Line, to: notes[]'),
    );
    const { stdout, status } = runCli(['map', 'lint', 'partners/acme/unquoted'], { home });
    expect(status).toBe(1);
    expect(stdout.toString().trim().split('\n')).toEqual([
      expect.stringMatching(
        /^partners\/acme\/unquoted\.map\.yaml:11:\d+: error: .* needs quotes \[MAP_INVALID\]$/,
      ),
    ]);
  });

  test('what is wrong with a CSV file is said', () => {
    writeFileSync(path.join(home, 'other.csv'), 'Order,Line,Amount\nPO1,1,5\n');
    const { stderr, status } = runCli(
      ['map', 'read', 'partners/acme/answers', path.join(home, 'other.csv')],
      {
        home,
      },
    );
    expect(status).toBe(2);
    expect(stderr).toContain('The file has no column "Qty"; line 1 names Order, Line, Amount.');
  });

  test('a message is read as its own release has it, as the gateway does', () => {
    const message = [
      'ISA*00*          *00*          *ZZ*ACME           *ZZ*US             *261122*1139*^*00501*000000001*0*P*>',
      'GS*PR*ACME*US*20261122*1139*1*X*005010',
      'ST*855*0001',
      'BAK*00*AC*PO-1*20261122',
      'N9*L1**NOTES',
      'MTX**Please call first',
      'PO1*1*1*EA*2**VN*X',
      'ACK*IA*1*EA',
      'CTT*1',
      'SE*8*0001',
      'GE*1*1',
      'IEA*1*000000001',
    ];
    const file = path.join(home, 'five.edi');
    writeFileSync(file, `${message.join('~')}~`);
    const { stdout, stderr } = runCli(['map', 'read', 'x12/004010/855-order-response', file], { home });
    expect(JSON.parse(stdout.toString())).toMatchObject({ notes: ['Please call first'] });
    expect(stderr).not.toContain('not used by any rule');
  });

  test('a finding of a file has its name, and is said once', () => {
    const file = path.join(home, 'wrong.csv');
    writeFileSync(file, 'Order,Line,Qty\nPO1,1,5 pcs\n');
    const { stderr } = runCli(['map', 'read', 'partners/acme/answers', file], { home });
    expect(stderr.split('\n').filter((line) => line.includes('MAP_BAD_VALUE'))).toEqual([
      `${file}:2:3: error: line 2, Qty: "5 pcs" is not a decimal number such as 12.50 [MAP_BAD_VALUE]`,
    ]);
  });

  test('of a partner without maps of its own the samples are tested by the standard ones, and nothing else', () => {
    const folder = path.join(home, 'partners/plain');
    mkdirSync(path.join(folder, 'samples/orderResponse'), { recursive: true });
    writeFileSync(
      path.join(folder, 'partner.yaml'),
      `partner: plain
name: Plain
accounts: { supplierId: PLAIN }
x12: { identities: [{ qualifier: ZZ, id: PLAIN }] }
channels: [{ type: folder, inbox: inbox/plain }]
documents: { orderResponse: { in: x12/004010/855-order-response } }
`,
    );
    for (const name of ['accepted-with-detail.edi', 'accepted-with-detail.json'])
      cpSync(
        path.join(ROOT, 'maps/samples/x12/004010/855-order-response', name),
        path.join(folder, 'samples/orderResponse', name),
      );
    const tested = runCli(['map', 'test', 'partners/plain'], { home });
    expect(tested.stdout.toString()).toBe('1 sample, 1 passed, 0 failed\n');
    const linted = runCli(['map', 'lint', 'partners/plain'], { home });
    expect(linted.stdout.toString()).toBe('Nothing to say.\n');
  });
});
