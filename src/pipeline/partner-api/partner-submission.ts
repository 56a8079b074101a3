import { GatewayError } from '../../common/errors.ts';
import type { PipelineContext } from '../context.ts';
import type { Accepted } from '../gateway.ts';
import { contentSha256 as hashOf } from '../ports/file-content.ts';
import { recordReceived } from '../intake/receive-file.ts';
import type { ReceivedFile } from '../intake/receive-file.ts';
import { retryOnConflict } from '../work/retry.ts';
import { sha256Of, UnitOfWork } from '../unit-of-work.ts';

/** A document that a partner hands in by itself, under a key of its own choice. */
export interface Submission extends Omit<ReceivedFile, 'sourceKey'> {
  idempotencyKey: string;
}

/**
 * As `receiveFile`, once for each key of the partner: the same key with the same bytes is answered as before, with other
 * bytes it is refused (KEY_REUSED), so that a client which mixes its keys up loses nothing.
 */
export function receiveSubmission(context: PipelineContext, submission: Submission): Promise<Accepted> {
  const { idempotencyKey, ...file } = submission;
  const contentSha256 = hashOf(file.bytes);
  const claimId = `submission|${file.partnerId}|${sha256Of(idempotencyKey)}`;
  return retryOnConflict(async () => {
    const unit = new UnitOfWork(context.store);
    const claim = await unit.get('claims', claimId);
    if (claim !== undefined) {
      if (claim.contentSha256 === contentSha256) return { id: claim.ownerId, repeated: true };
      throw new GatewayError(
        'KEY_REUSED',
        `The Idempotency-Key "${idempotencyKey}" was used at ${claim.createdAt} for another document. Choose a new key.`,
        { details: { id: claim.ownerId } },
      );
    }
    const accepted = await recordReceived(unit, context, file);
    unit.insert('claims', {
      id: claimId,
      revision: 0,
      ownerId: accepted.id,
      contentSha256,
      createdAt: context.clock.now(),
    });
    await unit.commit();
    return accepted;
  });
}
