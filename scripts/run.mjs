// The one way in for npm scripts. Plain JavaScript that an old Node can read: it sets up what a fresh clone lacks
// (packages, the pinned Node, the built console), then hands over to the pinned Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const modules = path.join(root, 'node_modules');
const compileCache = path.join(modules, '.cache', 'node');
const NODE_MAJOR = 24;
// npm puts node_modules/.bin first on the PATH of its scripts, so after the first start this is the pinned Node. What replaces
// node_modules has to run in the one that runs npm: npm ci would take the pinned one away from under it.
const machineNode = process.env.npm_node_execpath ?? process.execPath;

const say = (line) => process.stderr.write(`${line}\n`);
const digest = (...chunks) =>
  chunks.reduce((hash, chunk) => hash.update(chunk), createHash('sha256')).digest('hex');
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? filesBelow(file) : [file];
  });
}

/** Runs a step of the set-up; what it prints is shown only when it fails. */
function step(title, command, args, env = {}) {
  const started = Date.now();
  process.stderr.write(`  ${title} … `);
  const windows = process.platform === 'win32';
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...env, ...process.env },
    encoding: 'utf8',
    shell: windows,
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) {
    say('failed');
    say(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? String(result.error) : ''}`);
    process.exit(result.status || 1);
  }
  say(`${((Date.now() - started) / 1000).toFixed(0)} s`);
}

function ensurePackages() {
  const stamp = path.join(modules, '.tradelane-packages');
  const wanted = digest(read(path.join(root, 'package-lock.json')));
  if (read(stamp) === wanted) return;
  // A link leads to the packages of another checkout, which npm ci would empty: they are used as they are.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  say('Setting up (once):');
  // No package runs code of its own or compiles while it is installed (.npmrc says so too) …
  npm('installing packages', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  // … except the pinned Node, which is fetched by its install script, where the machine's own is too old.
  if (!isNewEnough(versionOf(machineNode)))
    npm(`installing Node ${NODE_MAJOR}`, ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}

function npm(title, args) {
  // npm tells its scripts where it is itself: no second npm from the PATH.
  const program = process.env.npm_execpath;
  if (program && program.endsWith('.js')) step(title, machineNode, [program, ...args]);
  else step(title, 'npm', args);
}

function versionOf(node) {
  return node === process.execPath
    ? process.versions.node
    : spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout;
}

function isNewEnough(version) {
  return Number(version.split('.')[0]) >= NODE_MAJOR;
}

/** This Node where it is new enough, else the one that package.json pins. */
function pinnedNode() {
  if (isNewEnough(process.versions.node) && existsSync(process.execPath)) return process.execPath;
  const node = path.join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(node)) return node;
  if (isNewEnough(versionOf(machineNode))) return machineNode;
  say(
    `Tradelane needs Node ${NODE_MAJOR}; this is ${process.version}, and the pinned one is not installed in node_modules/node.`,
  );
  say('Either install Node 24, or run: npm rebuild node --ignore-scripts=false');
  return process.exit(1);
}

function ensureConsole(node) {
  const source = path.join(root, 'src', 'console');
  const stamp = path.join(root, 'dist', '.console');
  const wanted = digest(
    ...filesBelow(source).flatMap((file) => [file, readFileSync(file)]),
    read(path.join(root, 'package-lock.json')),
  );
  if (read(stamp) === wanted) return;
  step('building the console', node, [
    path.join(modules, 'vite', 'bin', 'vite.js'),
    'build',
    '--config',
    path.join(source, 'vite.config.ts'),
  ]);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** A gateway that strips types holds on to 10 MB for it: after the sources have changed, another process does it first. */
function ensureCompiled(node) {
  const sources = filesBelow(path.join(root, 'src')).filter(
    (file) => !file.startsWith(path.join(root, 'src', 'console')),
  );
  const stamp = path.join(compileCache, '.gateway');
  const wanted = digest(
    ...sources.flatMap((file) => [file, readFileSync(file)]),
    read(path.join(root, 'package-lock.json')),
    JSON.stringify([versionOf(node), gatewayNode.flags]),
  );
  if (read(stamp) === wanted) return;
  try {
    // What other sources were compiled to is never looked at again.
    rmSync(compileCache, { recursive: true, force: true });
    mkdirSync(compileCache, { recursive: true });
  } catch {
    // Installed by another user, who alone may write here: the gateway does without.
    return;
  }
  const args = [...gatewayNode.flags, path.join(root, 'scripts', 'compile-gateway.ts')];
  step('compiling the gateway', node, args, gatewayEnvironment);
  writeFileSync(stamp, wanted);
}

/** Hands over to the pinned Node and ends as it ends. */
function hand(node, args, env = {}, cwd = root) {
  const child = spawn(node, args, {
    cwd,
    stdio: 'inherit',
    env: { ...env, ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm passes a signal on to the shell that it started us with, and not every shell passes it on to us.
  const shell = process.ppid;
  setInterval(() => process.ppid === shell || child.kill('SIGTERM'), 500).unref();
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}

const [command, ...args] = process.argv.slice(2);
ensurePackages();
const node = pinnedNode();
const tradelane = path.join(root, 'src', 'main.ts');
// How Node runs the gateway: what keeps its memory small (docs/performance.md). The Dockerfile says the same.
const gatewayNode = JSON.parse(read(path.join(root, 'scripts', 'gateway-node.json')));
const gatewayEnvironment = {
  // With the cache known before the first module is read, every start but the first does without what strips the types.
  NODE_COMPILE_CACHE: compileCache,
  ...gatewayNode.environment,
};
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  path.join(modules, 'jest', 'bin', 'jest.js'),
];

switch (command) {
  case 'start':
    ensureConsole(node);
    ensureCompiled(node);
    hand(node, [...gatewayNode.flags, tradelane, 'start', ...args], gatewayEnvironment);
    break;
  case 'demo':
    ensureConsole(node);
    ensureCompiled(node);
    hand(node, [...gatewayNode.flags, tradelane, 'demo', ...args], gatewayEnvironment);
    break;
  case 'cli':
    // Paths on the command line are relative to where the user stands.
    // A small young generation keeps a command that streams a large file small.
    hand(
      node,
      ['--max-semi-space-size=4', tradelane, ...args],
      { TRADELANE_HOME: process.env.TRADELANE_HOME ?? root },
      process.env.INIT_CWD ?? root,
    );
    break;
  case 'test':
    // The suites of the web server serve the built console.
    ensureConsole(node);
    hand(node, [...jest, ...args]);
    break;
  case 'test:integration':
    ensureConsole(node);
    hand(node, [...jest, '--config', 'jest.integration.config.mjs', '--runInBand', ...args]);
    break;
  case 'bench':
    ensureCompiled(node);
    // As a gateway runs: how the heap grows decides how often all of it is collected.
    hand(
      node,
      [...gatewayNode.flags, '--expose-gc', path.join(root, 'bench', 'main.ts'), ...args],
      gatewayEnvironment,
    );
    break;
  case 'torture':
    hand(node, [path.join(root, 'test', 'torture', 'main.ts'), ...args]);
    break;
  case 'fuzz':
    hand(node, [path.join(root, 'test', 'fuzz', 'main.ts'), ...args]);
    break;
  case 'simulate':
    hand(node, [path.join(root, 'test', 'simulation', 'main.ts'), ...args]);
    break;
  case 'build':
    step('compiling', node, [path.join(modules, 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
    ensureConsole(node);
    break;
  case 'package:edi':
    hand(node, [path.join(root, 'scripts', 'edi-package.ts'), ...args]);
    break;
  default:
    say(`scripts/run.mjs: unknown command ${String(command)}`);
    process.exit(2);
}
