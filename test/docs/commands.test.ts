import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import type { CliEnvironment } from '../../src/cli/environment.ts';

/** README and docs name only what exists: npm scripts, commands with their options, links and paths. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join('docs', name.split(path.sep).join('/'))),
];
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** Fenced blocks and code spans. */
function codeOf(page: string): string[] {
  const text = read(page);
  const blocks = [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
  const rest = text.replace(/^```[\s\S]*?^```/gm, '');
  return [
    ...blocks.flatMap((block) => block.split('\n')),
    ...[...rest.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!),
  ];
}

/** Headings as links name them. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(PAGES)('%s', (page) => {
  test('every link leads somewhere', () => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !/^[a-z]+:/.test(link));
    const dead = links.filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
      if (!existsSync(path.join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  test('every path exists', () => {
    const named = codeOf(page).flatMap((code) =>
      [
        ...code.matchAll(
          /(?<![\w./<-])(?:src|test|docs|maps|scripts|bench|\.ci)\/[\w./-]*\w\/?(?![\w*{<…-])/g,
        ),
      ].map(([name]) => name),
    );
    // A module or a map may be named without its ending, a module of src without its first folder.
    const places = named.map((name) => [
      name,
      `${name}.ts`,
      `${name}.map.yaml`,
      `src/${name}`,
      `src/${name}.ts`,
    ]);
    expect(
      places
        .filter((names) => !names.some((name) => existsSync(path.join(ROOT, name))))
        .map(([name]) => name),
    ).toEqual([]);
  });

  test('every npm script exists', () => {
    const used = codeOf(page).flatMap((code) => [
      ...[...code.matchAll(/\bnpm run (?:-s |--silent )?([\w:-]+)/g)].map(([, script]) => script!),
      ...[...code.matchAll(/\bnpm (start|test)\b/g)].map(([, script]) => script!),
    ]);
    expect(used.filter((script) => !(script in scripts))).toEqual([]);
  });
});

describe('tradelane on the command line', () => {
  let program: Command;

  beforeAll(async () => {
    program = new Command('tradelane');
    const folder = path.join(ROOT, 'src/cli/commands');
    for (const file of readdirSync(folder).filter((name) => statSync(path.join(folder, name)).isFile())) {
      const { register } = (await import(path.join(folder, file))) as {
        register: (program: Command, environment: CliEnvironment) => void;
      };
      const unused = () => Promise.reject(new Error('not used'));
      register(program, {
        variables: {},
        openGateway: unused,
        openSecrets: unused,
        hashPassword: unused,
        openAs2: unused,
        openPartnerStation: unused,
        storeTools: unused,
      });
    }
  });

  /** What the words after `tradelane` mean: the command, and why they mean none. */
  function resolve(words: readonly string[]): { path: string; problem?: string } {
    let command = program;
    const names: string[] = [];
    for (const word of words) {
      const next = command.commands.find((candidate) => candidate.name() === word);
      if (next === undefined) break;
      command = next;
      names.push(word);
    }
    const said = names.join(' ');
    if (command.commands.length > 0 && words[names.length] !== '--help') {
      return { path: said, problem: `"${words.join(' ')}" is no command` };
    }
    const known = ['--help', '-h', ...command.options.flatMap(({ long, short }) => [long, short])];
    const unknown = words
      .filter((word) => word.startsWith('--') && word !== '--')
      .find((word) => !known.includes(word));
    return {
      path: said,
      ...(unknown !== undefined && { problem: `"${words.join(' ')}": there is no ${unknown}` }),
    };
  }

  const called = PAGES.flatMap((page) =>
    codeOf(page).flatMap((code) =>
      [...code.matchAll(/\btradelane (?:-- )?([a-z][^|#;`&)]*)/g)]
        .map(([, words]) => words!.trim().split(/[\s=]+/))
        .map((words) => ({ page, words })),
    ),
  );

  test('every command that is named exists, with its options', () => {
    expect(
      called.flatMap(({ page, words }) => resolve(words).problem?.replace(/^/, `${page}: `) ?? []),
    ).toEqual([]);
    expect(called.length).toBeGreaterThan(10);
  });

  test('the README’s table names every command, and nothing else', () => {
    const table = read('README.md').split('## The command line')[1]!.split('\n## ')[0]!;
    const rows = [...table.matchAll(/^\| (`[^|]+)\|/gm)].flatMap(([, cell]) => [
      ...cell!.matchAll(/`([^`]+)`/g),
    ]);
    const named = rows.map(([, text]) => text!.split(' '));
    expect(named.flatMap((words) => resolve(words).problem ?? [])).toEqual([]);
    const leaves = (command: Command): string[] =>
      command.commands.length === 0
        ? [command.name()]
        : command.commands.flatMap((child) => leaves(child).map((leaf) => `${command.name()} ${leaf}`));
    const all = program.commands.flatMap(leaves).filter((name) => name !== 'start' && name !== 'demo');
    expect(named.map((words) => resolve(words).path).sort()).toEqual(all.sort());
  });
});
