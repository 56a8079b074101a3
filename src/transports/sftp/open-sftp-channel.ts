import path from 'node:path';
import type { ChannelSettings } from '../../partners/channel-schema.ts';
import type { Secrets } from '../../pipeline/ports/secrets.ts';
import type { ChannelContext } from '../channel-context.ts';
import { createDeliveryMarks } from '../delivery-marks.ts';
import { LEGACY_ALGORITHMS, MODERN_ALGORITHMS } from '../ssh-algorithms.ts';
import type { SshAlgorithms } from '../ssh-algorithms.ts';
import { SftpChannel } from './sftp-channel.ts';
import type { SftpConnection, SftpCredentials } from './sftp-options.ts';

export type SftpSettings = Extract<ChannelSettings, { type: 'sftp' }>;

/** The channel that partner.yaml describes. */
export function openSftpChannel(
  settings: SftpSettings,
  context: Pick<ChannelContext, 'partnerId' | 'dataFolder' | 'clock' | 'secrets' | 'store'>,
): SftpChannel {
  const { partnerId, clock, dataFolder, secrets } = context;
  const { name, marker, doneFolder, errorFolder, mode } = settings;
  const { chunkBytes, parallelRequests, parallelFiles } = settings.transfer;
  return new SftpChannel({
    partnerId,
    name,
    clock,
    connection: toConnection(settings, secrets),
    inbox: settings.inbox,
    outbox: settings.outbox,
    localErrorFolder: path.join(dataFolder, 'sftp', partnerId, name, 'error'),
    spoolFolder: path.join(dataFolder, 'sftp', partnerId, name, 'under-way'),
    marks: createDeliveryMarks(context, { partnerId, name }),
    patterns: settings.patterns,
    temporaryPatterns: settings.temporaryPatterns,
    settleMs: settings.settleSeconds * 1000,
    temporaryName: settings.temporaryName,
    overwrite: settings.overwrite,
    transfer: {
      parallelRequests,
      ...(chunkBytes !== undefined && { chunkBytes }),
      ...(mode !== undefined && { mode: Number.parseInt(mode, 8) }),
    },
    parallelFiles,
    maxFileBytes: settings.maxFileBytes,
    maxFilesPerPoll: settings.maxFilesPerPoll,
    ...(marker !== undefined && { marker }),
    ...(doneFolder !== undefined && { doneFolder }),
    ...(errorFolder !== undefined && { errorFolder }),
  });
}

function toConnection(settings: SftpSettings, secrets: Secrets): SftpConnection {
  const { host, port, user, hostKeys, timeouts } = settings;
  return {
    host,
    port,
    user,
    hostKeys,
    readCredentials: () => readCredentials(settings, secrets),
    algorithms: chooseAlgorithms(settings),
    connectMs: timeouts.connectSeconds * 1000,
    answerMs: timeouts.answerSeconds * 1000,
    keepAliveMs: settings.keepAliveSeconds * 1000,
    idleMs: settings.idleSeconds * 1000,
  };
}

async function readCredentials(settings: SftpSettings, secrets: Secrets): Promise<SftpCredentials> {
  const credentials: SftpCredentials = {};
  for (const field of ['password', 'privateKey', 'passphrase'] as const) {
    const named = settings[field];
    if (named !== undefined) credentials[field] = await secrets.read(named.secret);
  }
  return credentials;
}

function chooseAlgorithms({ algorithms, legacyAlgorithms }: SftpSettings): SshAlgorithms {
  const choose = (kind: keyof SshAlgorithms) =>
    algorithms[kind] ?? [...MODERN_ALGORITHMS[kind], ...(legacyAlgorithms ? LEGACY_ALGORITHMS[kind] : [])];
  return {
    kex: choose('kex'),
    cipher: choose('cipher'),
    serverHostKey: choose('serverHostKey'),
    hmac: choose('hmac'),
  };
}
