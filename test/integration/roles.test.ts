import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ApiClient } from '../../src/cli/demo/api.ts';
import { FolderEnd } from '../../src/cli/demo/folder-end.ts';
import { play } from '../../src/cli/demo/play.ts';
import { writeStory } from '../../src/cli/demo/story.ts';
import { DemoSupplier } from '../../src/cli/demo/supplier.ts';
import { loadPartners } from '../../src/partners/load-partners.ts';
import { readPartnerFiles } from '../../src/partners/read-partner-files.ts';
import { createMapLibrary } from '../../src/pipeline/create-map-library.ts';
import { prepareHome } from '../support/folder-home.ts';
import { MONGODB_URI, testDatabase } from '../support/mongo.ts';
import type { TestDatabase } from '../support/mongo.ts';
import { GatewayNode } from '../torture/node.ts';

const execute = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const BASE_PORT = 18_400;

if (MONGODB_URI === undefined) {
  process.stderr.write('roles: skipped, no server (set MONGODB_URI to a replica set)\n');
  describe.skip('roles', () => test('need a server', () => undefined));
} else {
  const server = MONGODB_URI;
  let home: string;
  let database: TestDatabase;
  let nodes: GatewayNode[];
  let log: string;

  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'tradelane-roles-'));
    await prepareHome(home);
    database = testDatabase(server);
    nodes = [];
    log = '';
  });
  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await database.drop();
    await rm(home, { recursive: true });
  });

  const start = async (roles: string): Promise<GatewayNode> => {
    const node = new GatewayNode({
      home,
      port: BASE_PORT + nodes.length,
      variables: {
        TRADELANE_MONGODB_URI: database.uri,
        TRADELANE_ROLES: roles,
        TRADELANE_POLL_INTERVAL_MS: '200',
      },
      log: (text) => (log += text),
    });
    nodes.push(node);
    await node.start();
    return node;
  };

  /** Plays the demo's five orders from release to matched invoice through the gateways. */
  const playThrough = async (url: string): Promise<ApiClient> => {
    const set = loadPartners(await readPartnerFiles(path.join(home, 'partners'))).set!;
    const { library } = createMapLibrary(await readPartnerFiles(path.join(home, 'maps')), set);
    const suppliers = new Map(
      set.partners.map((partner) => [
        partner.accounts.supplierId ?? partner.partner,
        new DemoSupplier({
          partner,
          set,
          maps: library,
          end: new FolderEnd(home, partner.partner),
          firstNumber: 1_000,
        }),
      ]),
    );
    const token = (await readFile(path.join(home, 'data', 'admin-token'), 'utf8')).trim();
    const api = new ApiClient(url, token);
    const numbers = ['PO-1', 'PO-2', 'PO-3', 'PO-4', 'PO-5'];
    const scenes = writeStory(new Date().toISOString().slice(0, 10), numbers);
    await play(scenes, { suppliers, api, tell: () => undefined });
    return api;
  };

  test('transport, worker and web in a process of their own do together what one does alone', async () => {
    const transport = await start('transport');
    const worker = await start('worker');
    const web = await start('web');
    for (const { url } of [transport, worker, web]) expect((await fetch(`${url}/readyz`)).status).toBe(200);
    for (const { url } of [transport, worker]) expect((await fetch(`${url}/api/orders`)).status).toBe(404);
    expect((await fetch(`${web.url}/api/orders`)).status).toBe(401);
    const api = await playThrough(web.url);
    expect(await api.orders('PO-')).toHaveLength(5);
    expect(log).not.toMatch(/"level":(50|60)/);
  });

  test('the demo on one MongoDB: two gateways go on where a killed third was', async () => {
    const { stdout, stderr } = await execute(
      process.execPath,
      [MAIN, 'demo', '--no-stay', '--mongo', database.uri, '--nodes', '3'],
      {
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          TRADELANE_HOME: home,
          TRADELANE_PORT: String(BASE_PORT + 10),
        },
      },
    );
    expect(stderr).toContain('Gateway 3 is killed; 2 go on with its work.');
    expect(stdout.match(/^PO-\d+ .* (CLOSED|PROPOSED|AWAITING) /gm)).toHaveLength(5);
    expect(stdout).not.toMatch(/given up|could not be delivered/);
  });
}
