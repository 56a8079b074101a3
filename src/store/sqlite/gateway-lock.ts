import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../../common/errors.ts';
import { isBusy } from './sqlite-error.ts';

/** A gateway that is just stopping is waited for: a restart needs no second try. */
const HANDOVER_MS = 3_000;

/** Held by the one process that runs the gateway on a data folder. */
export interface GatewayLock {
  release(): void;
}

/**
 * Takes the gateway lock beside the database file. The lock is SQLite's own write lock on a small file, so the operating
 * system drops it with the process, however it ends: there is no stale lock to recover and no process id to mistrust.
 * The text file beside it only names the holder for people. Throws STORE_UNAVAILABLE (retryable: never) when held.
 */
export function takeGatewayLock(databaseFile: string): GatewayLock {
  const holderFile = `${databaseFile}.holder`;
  const db = new DatabaseSync(`${databaseFile}.lock`, { timeout: HANDOVER_MS });
  try {
    db.exec('BEGIN IMMEDIATE');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw error;
    throw new GatewayError(
      'STORE_UNAVAILABLE',
      `Another gateway already runs on ${databaseFile} (${readHolder(holderFile)}). Stop it first, or give this one ` +
        'a data folder of its own.',
      { retryable: 'never', details: { file: databaseFile } },
    );
  }
  writeFileSync(holderFile, `process ${process.pid}, started ${new Date().toISOString()}\n`);
  return {
    release: () => {
      rmSync(holderFile, { force: true });
      db.close();
    },
  };
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'process unknown';
  }
}
