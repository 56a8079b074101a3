import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ROOT, runCli } from './run-cli.ts';

describe('tradelane', () => {
  test('says which version it is', () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string };
    const { status, stdout } = runCli(['--version']);
    expect({ status, said: stdout.toString() }).toEqual({ status: 0, said: `${version}\n` });
  });

  test('an unknown command names what there is', () => {
    const { status, stderr } = runCli(['invoice']);
    expect(status).toBe(2);
    expect(stderr).toContain("unknown command 'invoice'");
    expect(stderr).toContain('tradelane --help');
  });
});
