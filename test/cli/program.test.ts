import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ROOT, runCli } from './run-cli.ts';

describe('tradelane', () => {
  test('says which version it is', () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string };
    const { status, stdout } = runCli(['--version']);
    expect({ status, said: stdout.toString() }).toEqual({ status: 0, said: `${version}\n` });
  });

  test.each([
    [['as2', 'certificate', 'show', 'nope.pem'], 'nope.pem cannot be read'],
    [['as2', 'verify', 'nope.json'], 'nope.json cannot be read'],
    [['store', 'backup', 'package.json'], 'package.json'],
    [['file', 'list', '--limit', 'many'], 'Expected a whole number from 1 to 1000'],
    [['order', 'list', '--limit', '0'], 'Expected a whole number from 1 to 1000'],
  ])('%j is told in words, without the inside of the program', (args, told) => {
    const { status, stderr } = runCli(args);
    expect(status).toBe(2);
    expect(stderr).toContain(told);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('a finding names its place once', () => {
    const [first] = runCli(['map', 'lint', 'x12/004010/850-order']).stdout.toString().split('\n');
    expect(first).toMatch(/^x12\/004010\/850-order\.map\.yaml:\d+:\d+: info: /);
    expect(first!.split('.map.yaml')).toHaveLength(2);
  });

  test('a map that is not here is told with those that are', () => {
    expect(runCli(['map', 'test', 'nope']).stderr).toContain('There are: ');
    expect(runCli(['map', 'test', 'x12/004010/850-ordre']).stderr).toContain(
      'Did you mean x12/004010/850-order?',
    );
  });

  test('an unknown command names what there is', () => {
    const { status, stderr } = runCli(['invoice']);
    expect(status).toBe(2);
    expect(stderr).toContain("unknown command 'invoice'");
    expect(stderr).toContain('tradelane --help');
  });
});

// Linux has a device that is always full.
(existsSync('/dev/full') ? test : test.skip)('a result that cannot be written is told in words', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [`${ROOT}src/main.ts`, '--version'], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', full, 'pipe'],
  });
  closeSync(full);
  expect(status).toBe(2);
  expect(stderr.toString()).toBe('The result cannot be written: ENOSPC: no space left on device, write\n');
});
