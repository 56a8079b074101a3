import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Channel } from '../../../src/pipeline/ports/transport.ts';
import { openChannel } from '../../../src/transports/open-channel.ts';
import { orderTo, responseTo } from '../../support/documents.ts';
import { createWorld, ERP, TestGateway } from '../../support/gateway.ts';
import { silentLogger } from '../../support/silent-logger.ts';

let home: string;
let gateway: TestGateway;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'tradelane-'));
  const world = createWorld();
  const secrets = { read: () => Promise.reject(new Error('A folder needs no secret.')) };
  const { context } = (gateway = await TestGateway.start({}, world));
  const channels = new Map<string, Channel>();
  for (const partner of context.partners.partners) {
    channels.set(
      partner.partner,
      await openChannel(partner.channels[0]!, {
        partnerId: partner.partner,
        root: home,
        dataFolder: path.join(home, 'data'),
        clock: world.time,
        secrets,
        logger: silentLogger,
        store: world.store,
        pollNow: () => undefined,
      }),
    );
  }
  gateway = await gateway.restart({ channels });
});
afterEach(async () => {
  await gateway.close();
  await rm(home, { recursive: true });
});

async function drop(name: string, content: Uint8Array | string): Promise<void> {
  const folder = path.join(home, 'inbox/northwind-hardware');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, name), content);
  // A file is taken when it has not changed for a while.
  await gateway.settle();
  gateway.world.time.advance(2_000);
  await gateway.settle();
}

const list = (folder: string) =>
  readdir(path.join(home, folder)).then((names) => names.filter((name) => !name.startsWith('.')).sort());

test('an order leaves by the outbox, and its answer comes by the inbox', async () => {
  const order = orderTo('northwind-hardware', 'PO-1');
  await gateway.gateway.releaseOrder(order, ERP);
  await gateway.settle();
  expect(await list('outbox/northwind-hardware')).toEqual(['850-PO-1-000001001.edi']);
  await drop('answer.edi', gateway.supplier('northwind-hardware').write(responseTo(order)));
  expect((await gateway.all('orders'))[0]!.badge).toBe('CONFIRMED');
  expect(await list('inbox/northwind-hardware')).toEqual([]);
  expect(await list('outbox/northwind-hardware')).toHaveLength(2);
});

test('a rejected file lies in error/ beside a text that tells why', async () => {
  await drop('letter.edi', 'Dear customer\nplease find our answer attached, as agreed.');
  expect(await list('inbox/northwind-hardware')).toEqual(['error']);
  expect(await list('inbox/northwind-hardware/error')).toEqual(['letter.edi', 'letter.edi.txt']);
  const text = await readFile(path.join(home, 'inbox/northwind-hardware/error/letter.edi.txt'), 'utf8');
  expect(text).toMatch(/letter\.edi was rejected\..*SHA-256 [0-9a-f]{64}/);
  expect(text).toContain('Expected X12');
});

test('an answer that is asked for again is put into the outbox again after the partner took it away', async () => {
  const order = orderTo('northwind-hardware', 'PO-1');
  await gateway.gateway.releaseOrder(order, ERP);
  const bytes = gateway.supplier('northwind-hardware').write(responseTo(order));
  await drop('answer.edi', bytes);
  const name = (await list('outbox/northwind-hardware')).find((each) => each.includes('997'))!;
  const file = path.join(home, 'outbox/northwind-hardware', name);
  const first = await readFile(file);
  await rm(file);
  await drop('answer-again.edi', bytes);
  expect(await readFile(file)).toEqual(first);
});
