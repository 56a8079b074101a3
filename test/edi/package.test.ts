import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const ROOT = path.join(import.meta.dirname, '../..');
const MODULES = path.join(ROOT, 'node_modules');

interface Example {
  title: string;
  file: string;
  code: string;
  /** What its comments say that it prints. */
  told: string[];
}

const README = readFileSync(path.join(ROOT, 'src/edi/README.md'), 'utf8');

/** The examples of the README by the heading that they stand under. */
const EXAMPLES: readonly Example[] = [
  ...README.matchAll(/^## (.*)$\n(?:(?!^## )[^])*?```ts\n([^]*?)```/gm),
].map(([, title = '', code = '']) => ({
  title,
  file: `${title.toLowerCase().replace(/\W+/g, '-')}.ts`,
  code,
  told: [...code.matchAll(/^\/\/ → (.*)$/gm)].map(([, line = '']) => line),
}));

interface Manifest {
  dependencies: Record<string, string>;
  exports: Record<string, unknown>;
}

/** The README's examples in a folder of their own, where the packed library is all that is installed. */
describe('tradelane/edi as a package', () => {
  let folder: string;
  let installed: string;
  const run = (command: string, args: string[], cwd: string): string =>
    execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
      shell: process.platform === 'win32',
    });
  const manifest = (): Manifest =>
    JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as Manifest;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tradelane-edi-'));
    installed = path.join(folder, 'node_modules', 'tradelane');
    const built = path.join(folder, 'built');
    mkdirSync(installed, { recursive: true });
    run(process.execPath, [path.join(ROOT, 'scripts/edi-package.ts'), built], folder);
    run('npm', ['pack', '--silent', '--pack-destination', folder], built);
    const { version } = JSON.parse(readFileSync(path.join(built, 'package.json'), 'utf8')) as {
      version: string;
    };
    run('tar', ['-xzf', `tradelane-${version}.tgz`, '-C', installed, '--strip-components', '1'], folder);
    rmSync(built, { recursive: true });
    for (const name of Object.keys(manifest().dependencies))
      symlinkSync(path.join(MODULES, name), path.join(folder, 'node_modules', name), 'junction');
    copyFileSync(path.join(ROOT, 'test/fixtures/readme/order.edi'), path.join(folder, 'order.edi'));
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
    for (const { file, code } of EXAMPLES) writeFileSync(path.join(folder, file), code);
  }, 300_000);

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('brings two dependencies and none of the gateway', () => {
    expect(Object.keys(manifest().dependencies)).toEqual(['decimal.js', 'zod']);
    expect(Object.keys(manifest().exports)).toEqual(['./edi', './package.json']);
  });

  test('every section of the README has its example', () => {
    expect(EXAMPLES).toHaveLength(README.match(/^## /gm)!.length);
  });

  test.each(EXAMPLES)('$title prints what it says', ({ file, told }) => {
    expect(told.length).toBeGreaterThan(0);
    expect(run(process.execPath, [file], folder).trimEnd().split('\n')).toEqual(told);
  });

  const strict = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2024,
    noEmit: true,
    types: ['node'],
    typeRoots: [path.join(MODULES, '@types')],
  };
  test.each([
    ['nodenext', { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }],
    ['bundler', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
  ])(
    'every example is strict TypeScript with the resolution %s',
    (_, resolution) => {
      const files = EXAMPLES.map(({ file }) => path.join(folder, file));
      const program = ts.createProgram(files, { ...strict, ...resolution });
      const troubles = ts
        .getPreEmitDiagnostics(program)
        .map(
          ({ messageText, file }) =>
            `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
        );
      expect(troubles).toEqual([]);
    },
    120_000,
  );
});
