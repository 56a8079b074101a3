import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { openDemoPartner } from '../../src/composition/as2-tools.ts';
import { readConfig } from '../../src/config.ts';
import { checkInstallation } from './installation-check.ts';
import type { FileRow } from './installation-check.ts';
import { Installation } from './installation.ts';

/**
 * `node killed-demo.ts HOME PORT`: in the clone HOME, plays the demo again and again, each time kills the gateway's whole
 * process group with SIGKILL at another moment, starts it again, lets it come to rest, and has everything checked from
 * outside. Ends with status 1 and the list of what is wrong.
 */
const KILL_AFTER_ACTS = [1, 2, 3, 4, 6, 8];
const MAX_PAUSE_MS = 900;

const [home = '.', port = '8080'] = process.argv.slice(2);
const installation = new Installation(path.resolve(home), Number(port));
const variables: Record<string, string | undefined> = {
  ...process.env,
  TRADELANE_HOME: installation.home,
  TRADELANE_PORT: port,
  TRADELANE_POLL_INTERVAL_MS: '300',
};
const { as2Port } = readConfig(variables);
/** Suppliers of the demo that are reached by SFTP and by AS2. */
const MAILBOX = 'pacific-fasteners';
const STATION = 'northwind-hardware';

const dropped = new Set<string>();
const checked = new Map<string, number>();
const processes = new Set<ChildProcess>();

for (const supplier of ['hansa-werkzeuge', 'nordic-lighting'])
  await watchFolder(supplier, path.join('inbox', supplier));
await watchFolder(MAILBOX, path.join('data', 'mailboxes', MAILBOX, 'in'));

try {
  await noteEarlier();
  for (const act of KILL_AFTER_ACTS) await killOnce(act);
  await playToTheEnd();
  process.stdout.write(
    `killed ${KILL_AFTER_ACTS.length} times in mid-demo: nothing lost, nothing repeated\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  for (const child of processes) signal(child, 'SIGKILL');
}

async function watchFolder(supplier: string, folder: string): Promise<void> {
  const watched = path.join(installation.home, folder);
  await mkdir(watched, { recursive: true });
  for (const name of await readdir(watched)) note(supplier, name);
  watch(watched, (_, name) => note(supplier, name ?? '')).unref();
}

/** What the AS2 station has sent, and what it was about to send when the gateway went away, lies there by name. */
async function noteStation(): Promise<void> {
  for (const kind of ['sent', 'unsent']) {
    const folder = path.join(installation.home, 'data', 'partner-stations', STATION, kind);
    for (const name of await readdir(folder).catch((): string[] => [])) note(STATION, name);
  }
}

function note(supplier: string, name: string): void {
  if (name !== '' && name !== 'error' && !name.startsWith('.')) dropped.add(`${supplier}/${name}`);
}

/** What was dropped before this run, by a demo played to its end, is known to the gateway alone. */
async function noteEarlier(): Promise<void> {
  const gateway = await startGateway();
  for (const { direction, partnerId, name } of await installation.list<FileRow>('/files'))
    if (direction === 'inbound') note(partnerId, name);
  await stop(gateway);
}

async function killOnce(act: number): Promise<void> {
  const pauseMs = Math.floor(Math.random() * MAX_PAUSE_MS);
  const gateway = await startGateway();
  const demo = run('demo');
  const demoEnded = ended(demo);
  await actsDone(demo, act);
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  signal(gateway, 'SIGKILL');
  await groupEnded(gateway);
  await demoEnded;
  // Northwind's station is up again before the gateway is, and sends what it could not.
  const station = await openDemoPartner(readConfig(variables), STATION, `http://127.0.0.1:${as2Port}/`);
  const again = await startGateway();
  await station.sendUnsent?.();
  await installation.rest();
  await report(`killed ${pauseMs} ms after act ${act}`);
  await station.close();
  await stop(again);
}

async function playToTheEnd(): Promise<void> {
  const gateway = await startGateway();
  const status = await ended(run('demo'));
  if (status !== 0) throw new Error(`After all this the demo does not play to its end: status ${status}.`);
  await installation.rest();
  await report('played to the end');
  await stop(gateway);
}

async function report(what: string): Promise<void> {
  await noteStation();
  const { problems, counts } = await checkInstallation(installation, { dropped, checked });
  process.stdout.write(
    `  ${what}: ${counts.filesIn} files in, ${counts.filesOut} out, ${counts.orders} orders\n`,
  );
  if (problems.length > 0) throw new Error(`${what}:\n  ${problems.map(({ text }) => text).join('\n  ')}`);
}

async function startGateway(): Promise<ChildProcess> {
  const gateway = run('start');
  await installation.healthy(() => gateway.exitCode ?? undefined);
  return gateway;
}

async function stop(gateway: ChildProcess): Promise<void> {
  signal(gateway, 'SIGTERM');
  await groupEnded(gateway);
}

/** In a process group of its own, so that one signal reaches npm and everything below it. */
function run(script: string): ChildProcess {
  const child = spawn('npm', ['run', '--silent', script], {
    cwd: installation.home,
    env: variables,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  processes.add(child);
  child.once('exit', () => processes.delete(child));
  child.stderr.resume();
  return child;
}

function signal(child: ChildProcess, name: 'SIGKILL' | 'SIGTERM'): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, name);
}

function ended(child: ChildProcess): Promise<number | undefined> {
  if (child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve(child.exitCode ?? undefined);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? undefined)));
}

/** npm may end before the gateway has: resolves when no process of the group is left. */
async function groupEnded(child: ChildProcess): Promise<void> {
  await ended(child);
  for (const group = -child.pid!; isAlive(group);) await new Promise((resolve) => setTimeout(resolve, 50));
}

function isAlive(group: number): boolean {
  try {
    return process.kill(group, 0);
  } catch {
    return false;
  }
}

/** Resolves when the demo has told the end of so many acts; rejects when it ends before. */
function actsDone(demo: ChildProcess, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let told = '';
    demo.stderr?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (told.split('done  ').length > count) resolve();
    });
    demo.once('exit', () => reject(new Error(`The demo ended before act ${count}:\n${told}`)));
  });
}
