import '../../support/core-errors.ts';
import { expect, test } from '@jest/globals';
import { channelSchema } from '../../../src/partners/channel-schema.ts';
import type { PipelineContext } from '../../../src/pipeline/context.ts';
import { guardChannel } from '../../../src/transports/guard-channel.ts';
import { openSftpChannel } from '../../../src/transports/sftp/open-sftp-channel.ts';
import { orderTo } from '../../support/documents.ts';
import { createWorld, ERP, TestGateway } from '../../support/gateway.ts';
import { ScriptedSftpServer } from '../../support/scripted-sftp-server.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';

const PARTNER = 'northwind-hardware';
/** Deliveries over one channel at the same time, unless partner.yaml says otherwise. */
const TOGETHER = 8;
const ORDERS = 2 * TOGETHER;

test('files that wait for one partner go out together, over one connection', async () => {
  // Were there fewer at a time, no rename would ever be answered.
  const server = await ScriptedSftpServer.start({ renamesTogether: TOGETHER });
  const folder = temporaryFolder();
  const settings = channelSchema.parse({
    type: 'sftp',
    host: '127.0.0.1',
    port: server.port,
    user: 'us',
    password: { secret: 'password' },
    hostKeys: [server.hostKey],
    inbox: '',
    outbox: '',
  });
  if (settings.type !== 'sftp') throw new Error('not SFTP');
  const openGuarded = ({ clock, store }: PipelineContext) => {
    const surroundings = {
      clock,
      store,
      dataFolder: folder.path,
      secrets: { read: () => Promise.resolve('right') },
    };
    const channel = openSftpChannel(settings, { partnerId: PARTNER, ...surroundings });
    return guardChannel(channel, { clock, timer: world.time, concurrency: settings.concurrency }).channel;
  };
  const world = createWorld();
  const gateway = await TestGateway.start(
    { concurrency: 32, transport: (context) => ({ channels: new Map([[PARTNER, openGuarded(context)]]) }) },
    world,
  );
  for (let number = 1; number <= ORDERS; number += 1)
    await gateway.gateway.releaseOrder(orderTo(PARTNER, `PO-${number}`), ERP);
  await gateway.settle();
  const files = await gateway.all('files', { direction: 'outbound', partnerId: PARTNER });
  expect(files.map(({ status }) => status)).toEqual(Array.from({ length: ORDERS }, () => 'sent'));
  expect([...server.uploads.keys()].sort()).toEqual(files.map(({ name }) => name).sort());
  expect(server.logins).toHaveLength(1);
  await gateway.close();
  await server.close();
  folder.remove();
});
