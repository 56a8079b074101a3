import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ROOMS = ['src', 'test', 'scripts', 'bench'];
const SOURCE = /\.(ts|tsx|mjs|css)$/;

const sources = ROOMS.flatMap((room) =>
  readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(room, name.split(path.sep).join('/')))
    .filter((name) => SOURCE.test(name)),
);
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');

/** eslint holds the limit for what it reads; this holds it for the rest. Tests may be longer: cases are data. */
const MAX_LINES = { test: 600, other: 400 };

function codeLines(text: string): number {
  return text.split('\n').filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length;
}

describe('the house is tidy', () => {
  test('no file is longer than a person reads', () => {
    const long = sources
      .map((name) => ({ name, lines: codeLines(read(name)) }))
      .filter(({ name, lines }) => lines > (name.startsWith('test/') ? MAX_LINES.test : MAX_LINES.other));
    expect(long).toEqual([]);
  });

  test('nothing is left for later, and no test runs alone', () => {
    const marks = new RegExp(
      ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X:'].map((word) => `\\b${word}\\b`).join('|'),
    );
    const alone = /\b(?:describe|test|it)\.only\b|\bdebugger;/;
    const found = sources.filter(
      (name) => marks.test(read(name)) || (alone.test(read(name)) && !name.endsWith('house.test.ts')),
    );
    expect(found).toEqual([]);
  });

  test('docs/architecture.md names every room of src', () => {
    const page = read('docs/architecture.md');
    const rooms = readdirSync(path.join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(rooms.map(({ name }) => name).filter((name) => !page.includes(`\`src/${name}/\``))).toEqual([]);
  });

  test('docs/decisions/README.md lists every decision', () => {
    const list = read('docs/decisions/README.md');
    const decisions = readdirSync(path.join(ROOT, 'docs/decisions')).filter((name) => /^\d{4}/.test(name));
    expect(decisions.filter((name) => !list.includes(name))).toEqual([]);
  });

  test('git ignores nothing that the program needs', () => {
    if (!existsSync(path.join(ROOT, '.git'))) return;
    const rooms = [...ROOMS, 'docs', 'maps', 'partners', '.ci'];
    const ignored = execFileSync(
      'git',
      ['ls-files', '--others', '--ignored', '--exclude-standard', '--', ...rooms],
      {
        cwd: ROOT,
        encoding: 'utf8',
      },
    );
    expect(ignored).toBe('');
  });
});

interface LockedPackage {
  optionalDependencies?: Record<string, string>;
}

describe('package-lock.json', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, LockedPackage & { resolved?: string }>;
  };

  test('holds the builds for every platform: without them npm ci refuses a fresh clone', () => {
    const missing = Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(place, name)),
    );
    expect(missing).toEqual([]);
  });

  test('names no registry: each machine uses its own', () => {
    const resolved = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined);
    expect(resolved.map(([place]) => place)).toEqual([]);
  });

  /** As Node looks for a package: in the folder itself, then in each one above it. */
  function isLocked(place: string, name: string): boolean {
    for (let folder = place; ;) {
      if (path.posix.join(folder, 'node_modules', name) in lock.packages) return true;
      if (folder === '') return false;
      const cut = folder.lastIndexOf('node_modules/');
      folder = folder.slice(0, Math.max(cut - 1, 0));
    }
  }
});
