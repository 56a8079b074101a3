import { GatewayError } from '../common/errors.ts';
import type { Logger } from '../common/log.ts';
import { readWhole } from '../pipeline/ports/file-content.ts';
import type { Channel, PollReport, RefusedFile } from '../pipeline/ports/transport.ts';
import { receiveErpFile, type ErpGateway } from './receive-erp-file.ts';

/**
 * Takes the ERP's files from its channel (`inbox/erp/*.json`). What no retry can help goes to `error/` with its reason, and
 * `tell` hears of it; at any other trouble the file stays for the next poll.
 */
export async function pollErpInbox(
  channel: Channel,
  gateway: ErpGateway,
  logger: Logger,
  tell: (file: RefusedFile) => Promise<void>,
): Promise<PollReport> {
  const refused: RefusedFile[] = [];
  try {
    return await channel.poll(async ({ name, bytes }) => {
      try {
        await receiveErpFile(gateway, await readWhole(bytes));
      } catch (error) {
        if (!(error instanceof GatewayError) || error.retryable !== 'never') throw error;
        logger.warn({ file: name, error }, 'A file of the ERP was rejected');
        await channel.reject({
          name,
          bytes,
          reason: `${name} was rejected (${error.code}).\n${error.message}`,
        });
        await tell({ name, reason: error.message });
      }
    }, refused);
  } finally {
    for (const file of refused) await tell(file);
  }
}
