import type { PipelineContext } from '../context.ts';
import { raiseException } from '../exceptions/exceptions.ts';
import type { RefusedFile } from '../ports/transport.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { retryOnConflict } from '../work/retry.ts';

/** The channel that the ERP's files come in by has no partner. */
export const ERP_INBOX = 'erp';

/** Put aside by the channel itself: empty, too large, not a plain file. Nothing of it is lost, and somebody is told. */
export function reportRefused(
  context: PipelineContext,
  owner: string,
  { name, reason }: RefusedFile,
): Promise<void> {
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    await raiseException(unit, context, {
      type: 'PARSE_ERROR',
      subject: owner === ERP_INBOX ? {} : { partnerId: owner },
      discriminator: owner === ERP_INBOX ? `${owner}/${name}` : name,
      detail: `${name} was not taken in and lies in the error folder of ${owner}: ${reason}`,
    });
    await unit.commit();
  });
}
