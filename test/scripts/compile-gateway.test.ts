import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');
const { flags } = JSON.parse(readFileSync(path.join(ROOT, 'scripts/gateway-node.json'), 'utf8')) as {
  flags: string[];
};

/** What a gateway loads, on the event loop and in the thread for large messages; tells whether Node had to strip types for it. */
const PROBE = `
  import { Worker } from 'node:worker_threads';
  const stripped = () => process.moduleLoadList.some((name) => name.includes('amaro'));
  for (const name of ['cli/commands/start.ts', 'composition/open-gateway.ts', 'transports/as2/serve-as2.ts', 'store/store-tools.ts'])
    await import('${ROOT}/src/' + name);
  const thread = new Worker(
    "import('${ROOT}/src/transports/as2/security-worker.ts').then(() => {" +
      "require('node:worker_threads').parentPort.postMessage((" + stripped + ")()); process.exit(); })",
    { eval: true },
  );
  const inThread = await new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject));
  console.log(JSON.stringify({ onLoop: stripped(), inThread }));
`;

describe('the compiled form of the gateway', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tradelane-compile-'));
    writeFileSync(path.join(folder, 'probe.mjs'), PROBE);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (script: string, cache: string) =>
    execFileSync(process.execPath, [...flags, script], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: path.join(folder, cache) },
    });
  const probe = (cache: string) =>
    JSON.parse(run(path.join(folder, 'probe.mjs'), cache)) as { onLoop: boolean; inThread: boolean };

  test('is what the first start already finds: it strips no types, nor does its thread', () => {
    run(path.join(ROOT, 'scripts/compile-gateway.ts'), 'compiled');
    expect(probe('compiled')).toEqual({ onLoop: false, inThread: false });
  }, 60_000);

  test('without it the first start does', () => {
    expect(probe('empty')).toEqual({ onLoop: true, inThread: true });
  }, 60_000);
});
