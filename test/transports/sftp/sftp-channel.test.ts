import path from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { PASSWORD, startMailbox } from '../../support/mailbox-server.ts';
import type { MailboxServerFixture } from '../../support/mailbox-server.ts';
import { temporaryFolder } from '../../store/temporary-folder.ts';
import { describeChannelContract } from '../channel-contract.ts';
import { openSftpFixture } from './sftp-fixture.ts';
import type { SftpPlace } from './sftp-fixture.ts';

const folder = temporaryFolder();
let hosted: MailboxServerFixture;

beforeAll(async () => {
  hosted = await startMailbox(folder.path);
});
afterAll(async () => {
  await hosted.server.close();
  folder.remove();
});

/** The gateway's own server stands for a partner's: what is `in` for one side is `out` for the other. */
function place(): SftpPlace {
  return {
    port: hosted.port,
    user: hosted.user,
    hostKeys: hosted.hostKeys,
    secrets: { password: PASSWORD, key: hosted.privateKey },
    credentials: { password: { secret: 'password' } },
    inbox: path.join(hosted.mailbox, 'out'),
    outbox: path.join(hosted.mailbox, 'in'),
    remoteInbox: '/out',
    remoteOutbox: '/in',
  };
}

describeChannelContract('SFTP, to a server of our own', () => Promise.resolve(openSftpFixture(place())));
