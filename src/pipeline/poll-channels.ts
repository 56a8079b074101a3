import type { PipelineContext } from './context.ts';
import { raiseException } from './exceptions.ts';
import type { Channel } from './ports/transport.ts';
import { receiveFile } from './receive-file.ts';
import { UnitOfWork } from './unit-of-work.ts';

/** Looks into every channel once. Trouble of one channel does not keep the others waiting. Returns the files received. */
export async function pollChannels(context: PipelineContext, channels: readonly Channel[]): Promise<number> {
  const counts = await Promise.all(channels.map((channel) => pollChannel(context, channel)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function pollChannel(context: PipelineContext, channel: Channel): Promise<number> {
  const { partnerId, kind } = channel;
  try {
    const report = await channel.poll(async (file) => {
      await receiveFile(context, { channel: kind, partnerId, ...file });
    });
    for (const { name, reason } of report.refused) await reportRefused(context, partnerId, name, reason);
    return report.received;
  } catch (error) {
    context.logger.error(
      { partner: partnerId, channel: kind, error },
      'A channel could not be polled; trying again at the next poll',
    );
    return 0;
  }
}

/** Put aside by the channel itself: empty, too large, not a plain file. Nothing of it is lost, and somebody is told. */
async function reportRefused(
  context: PipelineContext,
  partnerId: string,
  name: string,
  reason: string,
): Promise<void> {
  const unit = new UnitOfWork(context.store);
  await raiseException(unit, context, {
    type: 'PARSE_ERROR',
    subject: { partnerId },
    discriminator: name,
    detail: `${name} was not taken in and lies in the error folder of ${partnerId}: ${reason}`,
  });
  await unit.commit();
}
