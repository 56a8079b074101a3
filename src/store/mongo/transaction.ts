import { setTimeout as pause } from 'node:timers/promises';
import type { ClientSession, MongoClient, WriteConcern } from 'mongodb';
import { isCommitUnknown } from './mongo-error.ts';

/** How long a commit whose reply was lost is repeated, before its end is called unknown. */
const UNKNOWN_FOR_MS = 30_000;

/** Runs an action once, in a transaction of its own. */
export async function inTransaction<T>(
  client: MongoClient,
  writeConcern: WriteConcern,
  action: (session: ClientSession) => Promise<T>,
): Promise<T> {
  const session = client.startSession();
  try {
    session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern });
    const result = await action(session);
    await commitUntilKnown(() => session.commitTransaction());
    return result;
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
    throw error;
  } finally {
    await session.endSession();
  }
}

/** Committing a transaction again is harmless, and its answer is the one that was lost. */
async function commitUntilKnown(commit: () => Promise<void>): Promise<void> {
  const giveUpAt = Date.now() + UNKNOWN_FOR_MS;
  for (;;) {
    try {
      await commit();
      return;
    } catch (error) {
      if (!isCommitUnknown(error) || Date.now() > giveUpAt) throw error;
      await pause(100);
    }
  }
}
