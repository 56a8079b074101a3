import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROOT, runCli } from './run-cli.ts';

const INVOICE = 'partners/northwind-hardware/samples/invoice/overcharged.edi';
const ORDERS = 'partners/hansa-werkzeuge/samples/order/release.edi';
const ODD = 'partners/pacific-fasteners/samples/order/per-hundred.edi';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tradelane-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe('parse and write', () => {
  test.each([INVOICE, ORDERS, ODD])('%s comes back byte for byte', (file) => {
    const tree = runCli(['parse', file, '--json']);
    expect(tree.status).toBe(0);
    const written = runCli(['write', '-'], { input: tree.stdout });
    expect(written.status).toBe(0);
    expect(written.stdout.equals(readFileSync(path.join(ROOT, file)))).toBe(true);
  });

  test('parse tells interchange, group and transaction', () => {
    const { stdout } = runCli(['parse', INVOICE]);
    expect(stdout.toString()).toMatch(/x12 00401 interchange \d+ from 12\/6125550142 to ZZ\/TRADELANE/);
    expect(stdout.toString()).toMatch(/810 004010VICS 0001, \d+ segments/);
  });

  test('write refuses JSON that is no tree, and says what it expects', () => {
    const run = runCli(['write', '-'], { input: '{"interchanges": 1}' });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('INVALID_REQUEST');
    expect(run.stderr).toContain('edi-tree/1');
  });
});

describe('validate', () => {
  test('exit 0 for a clean file', () => {
    const run = runCli(['validate', INVOICE, ORDERS]);
    expect(run.status).toBe(0);
    expect(run.stdout.toString().match(/accepted/g)).toHaveLength(2);
  });

  test('exit 1 for a faulty one, with place, found and expected', () => {
    const text = readFileSync(path.join(ROOT, INVOICE), 'utf8').replace(/\n?IT1\*/g, '\nIT2*');
    const run = runCli(['validate', write('faulty.edi', text)]);
    expect(run.status).toBe(1);
    expect(run.stdout.toString()).toMatch(/segment \d+ IT2: error: .*IT2/);
  });

  test('exit 2 for what is no EDI, also among good files, and --json tells all of them', () => {
    const run = runCli(['validate', INVOICE, write('noise.txt', 'hello'), '--json']);
    expect(run.status).toBe(2);
    const verdicts = JSON.parse(run.stdout.toString()) as { verdict: string; findings: unknown[] }[];
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['accepted', 'unreadable']);
    expect(verdicts[1]?.findings).toHaveLength(1);
  });

  test('exit 2 for a file that is not there', () => {
    const run = runCli(['validate', path.join(folder, 'missing.edi')]);
    expect(run.status).toBe(2);
    expect(run.stdout.toString()).toContain('missing.edi cannot be read');
  });
});

describe('ack', () => {
  test('a 997 accepts the invoice, parties swapped', () => {
    const run = runCli(['ack', INVOICE]);
    expect(run.status).toBe(0);
    expect(run.stdout.toString()).toMatch(/ISA\*.*\*ZZ\*TRADELANE +\*12\*6125550142/);
    expect(run.stdout.toString()).toContain('AK5*A~');
    expect(run.stdout.toString()).toContain('AK9*A*1*1*1~');
  });

  test('a faulty file is rejected by exit 1 and AK5*R', () => {
    const text = readFileSync(path.join(ROOT, INVOICE), 'utf8').replace(/\n?IT1\*/g, '\nIT2*');
    const run = runCli(['ack', write('rejected.edi', text)]);
    expect(run.status).toBe(1);
    expect(run.stdout.toString()).toContain('AK5*R');
  });

  test('an acknowledgment is never acknowledged', () => {
    const acknowledgment = runCli(['ack', INVOICE]).stdout;
    const run = runCli(['ack', '-'], { input: acknowledgment });
    expect(run.status).toBe(0);
    expect(run.stdout.toString()).toBe('');
    expect(run.stderr).toContain('not answered');
  });

  test('EDIFACT is answered by a CONTRL that validates itself', () => {
    const contrl = runCli(['ack', ORDERS]).stdout;
    expect(contrl.toString()).toContain('UCI+');
    expect(runCli(['validate', '-'], { input: contrl }).status).toBe(0);
  });
});

describe('map', () => {
  test('read gives the canonical document of the sample, write gives its segments back', () => {
    const read = runCli(['map', 'read', 'x12/004010/810-invoice', INVOICE]);
    expect(read.status).toBe(0);
    const document = JSON.parse(read.stdout.toString()) as { documentType: string; lines: unknown[] };
    expect(document.documentType).toBe('invoice');
    expect(document.lines.length).toBeGreaterThan(0);
    const written = runCli(['map', 'write', 'x12/004010/810-invoice', '-'], { input: read.stdout });
    expect(written.status).toBe(0);
    expect(written.stdout.toString()).toMatch(/^BIG\*/);
  });

  test('an unknown map is named, with the nearest one', () => {
    const run = runCli(['map', 'read', 'x12/004010/810-invoise', INVOICE]);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('Did you mean x12/004010/810-invoice?');
  });

  test('every golden sample passes', () => {
    const run = runCli(['map', 'test']);
    expect(run.stdout.toString()).toMatch(/\d+ samples, \d+ passed, 0 failed/);
    expect(run.status).toBe(0);
  });
});

describe('partner, help and mistakes', () => {
  test('partner check finds nothing wrong with the demo partners, but the secrets that the demo sets', () => {
    const { status, stdout } = runCli(['partner', 'check', '--json']);
    expect(status).toBe(0);
    const findings = JSON.parse(stdout.toString()) as { code: string; actual: string }[];
    const known = ['northwind-hardware-as2', 'pacific-fasteners-mailbox'];
    expect(
      findings.filter(({ code, actual }) => code !== 'SECRET_MISSING' || !known.includes(actual)),
    ).toEqual([]);
  });

  test('every command has help', () => {
    const help = runCli(['--help']).stdout.toString();
    const commands = [
      'start',
      'demo',
      'doctor',
      'parse',
      'write',
      'validate',
      'ack',
      'map',
      'partner',
      'order',
      'exception',
      'match',
    ];
    for (const command of commands) expect(help).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    expect(runCli(['map', 'test', '--help']).status).toBe(0);
  });

  test('an unknown command is exit 2', () => {
    const run = runCli(['vaildate', INVOICE]);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("unknown command 'vaildate'");
  });
});
