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
    expect(stderr).toContain('The file has no column "Qty"; it has Order, Line, Amount.');
  });
});
