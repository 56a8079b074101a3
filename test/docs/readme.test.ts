import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { runCli } from '../cli/run-cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const scripts = Object.keys(
  (JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> }).scripts,
);

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(`${ROOT}${page}`, 'utf8');

  test('links lead to files that are there', () => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link!);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    const missing = local.filter((link) => !existsSync(path.resolve(ROOT, path.dirname(page), link)));
    expect(missing).toEqual([]);
  });

  test('npm scripts exist', () => {
    const named = [...text.matchAll(/npm run (?:-s |--silent )?([a-z][\w:-]*)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});

test('every command of the README has help', () => {
  const table = readFileSync(`${ROOT}README.md`, 'utf8').split('## The command line')[1]!.split('\n## ')[0]!;
  const commands = new Set(
    [...table.matchAll(/`([a-z]+(?: [a-z]+)?)(?=[ `])/g)]
      .map(([, command]) => command!)
      .filter((command) => !command.startsWith('npm')),
  );
  expect(commands.size).toBeGreaterThan(10);
  for (const command of commands) {
    const { status, stderr } = runCli([...command.split(' '), '--help']);
    expect([command, status, stderr]).toEqual([command, 0, '']);
  }
});
