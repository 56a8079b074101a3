import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const ROOT = path.join(import.meta.dirname, '../..');
const ENTRY = path.join(ROOT, 'src/edi/index.ts');
const README = readFileSync(path.join(ROOT, 'src/edi/README.md'), 'utf8');

/** The examples of the README by the heading that they stand under. */
const examples = [...README.matchAll(/^## (.*)$\n(?:(?!^## )[^])*?```ts\n([^]*?)```/gm)].map(
  ([, title = '', code = '']) => ({ title, code }),
);

function fileOf(title: string): string {
  return `${title.toLowerCase().replace(/\W+/g, '-')}.ts`;
}

describe('README of tradelane/edi', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tradelane-readme-'));
    copyFileSync(path.join(ROOT, 'test/fixtures/readme/order.edi'), path.join(folder, 'order.edi'));
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
    for (const { title, code } of examples) writeFileSync(path.join(folder, fileOf(title)), code.replaceAll("from 'tradelane/edi'", `from '${ENTRY}'`)); // prettier-ignore
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('every section has its example', () => {
    expect(examples).toHaveLength(README.match(/^## /gm)!.length);
  });

  test.each(examples)('$title prints what it says', ({ title, code }) => {
    const told = [...code.matchAll(/^\/\/ → (.*)$/gm)].map(([, line]) => line);
    const printed = execFileSync(process.execPath, [fileOf(title)], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(told.length).toBeGreaterThan(0);
    expect(printed.trimEnd().split('\n')).toEqual(told);
  });

  test('every example is strict TypeScript', () => {
    const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), (file) =>
      readFileSync(file, 'utf8'),
    ) as { config: object };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
    const program = ts.createProgram(
      examples.map(({ title }) => path.join(folder, fileOf(title))),
      {
        ...options,
        rewriteRelativeImportExtensions: false,
        allowImportingTsExtensions: true,
        typeRoots: [path.join(ROOT, 'node_modules/@types')],
      },
    );
    const troubles = ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ messageText, file }) =>
          `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      );
    expect(troubles).toEqual([]);
  }, 120_000);
});
