import { cpSync, mkdirSync, readFileSync, readdirSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { invariant } from '../src/common/invariant.ts';

/**
 * Builds the package `tradelane` as npm publishes it: the EDI core, its one entry `tradelane/edi`, and of the gateway's
 * dependencies those that the core imports.
 *
 *     node scripts/edi-package.ts [FOLDER]      # dist/npm; then npm pack or npm publish FOLDER
 */
const root = path.resolve(import.meta.dirname, '..');
const folder = path.resolve(process.argv[2] ?? path.join(root, 'dist', 'npm'));
/** What the package has besides the compiled core; the README's place in the sources is not that in the package. */
const DOCS = ['LICENSE', 'dictionaries', 'docs/dictionaries.md', 'docs/leniency.md'];

interface Manifest {
  version: string;
  license: string;
  engines: Record<string, string>;
  dependencies: Record<string, string>;
}

/** Compiles the core and all that it imports; other modules by their names. */
function compile(): ReadonlySet<string> {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.build.json'), (file) =>
    readFileSync(file, 'utf8'),
  ) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([path.join(root, 'src', 'edi', 'index.ts')], {
    ...options,
    outDir: path.join(folder, 'dist'),
    sourceMap: false,
    // TextDecoder is all that the core asks of its surroundings; it knows nothing of Node.
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'],
    types: [],
  });
  const { diagnostics } = program.emit();
  const troubles = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  invariant(troubles.length === 0, ts.formatDiagnostics(troubles, ts.createCompilerHost(options)));
  const imports = program
    .getSourceFiles()
    .filter(({ isDeclarationFile }) => !isDeclarationFile)
    .flatMap(({ text }) => ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName));
  return new Set(imports.filter((name) => !name.startsWith('.')));
}

function manifestOf(
  { version, license, engines, dependencies }: Manifest,
  imports: ReadonlySet<string>,
): object {
  return {
    name: 'tradelane',
    version,
    description: 'X12 and EDIFACT: read, validate, acknowledge, reconcile, write',
    license,
    type: 'module',
    sideEffects: false,
    exports: {
      './edi': { types: './dist/edi/index.d.ts', default: './dist/edi/index.js' },
      './package.json': './package.json',
    },
    engines,
    dependencies: Object.fromEntries(
      [...imports].sort().map((name) => {
        invariant(dependencies[name] !== undefined, `The EDI core imports ${name}`);
        return [name, `^${dependencies[name]}`];
      }),
    ),
  };
}

/** Links to what the package does not have become plain text. */
function unlink(file: string): void {
  const text = readFileSync(file, 'utf8').replaceAll('](../../docs/', '](docs/');
  const linked = text.replaceAll(
    /\[([^\]]+)\]\((?!https?:)([^)#]+)[^)]*\)/g,
    (link, words: string, target: string) =>
      existsSync(path.join(path.dirname(file), target)) ? link : words,
  );
  writeFileSync(file, linked);
}

const isOurs =
  !existsSync(folder) || readdirSync(folder).length === 0 || existsSync(path.join(folder, 'dist', 'edi'));
invariant(isOurs, `${folder} holds something else: name an empty folder`);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
writeFileSync(
  path.join(folder, 'package.json'),
  `${JSON.stringify(manifestOf(manifest, compile()), null, 2)}\n`,
);
for (const name of DOCS) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
cpSync(path.join(root, 'src', 'edi', 'README.md'), path.join(folder, 'README.md'));
for (const file of ['README.md', 'docs/dictionaries.md', 'docs/leniency.md']) unlink(path.join(folder, file));
process.stdout.write(`${folder}: ${readdirSync(folder).join(', ')}\n`);
