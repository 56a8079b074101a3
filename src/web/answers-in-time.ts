import type { Logger } from '../common/log.ts';

/** Longer than a store or a disk that works takes to answer; a probe should not wait for one that does not. */
const ANSWERS_WITHIN_MS = 3_000;

/** What `attempt` gives; undefined, and `trouble` in the log, where it fails or takes longer than a probe may wait. */
export async function answersInTime<T>(
  trouble: string,
  logger: Logger,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), ANSWERS_WITHIN_MS);
  });
  try {
    return await Promise.race([attempt(), late]);
  } catch (error) {
    logger.warn({ error }, trouble);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
