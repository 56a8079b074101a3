import { GatewayError } from '../../common/errors.ts';

/** Primary result codes of SQLite (sqlite.org/rescode.html) that an operator can do something about. */
const UNAVAILABLE: Readonly<Record<number, string>> = {
  3: 'the file may not be opened by this user: check its permissions',
  5: 'another process holds the write lock for too long',
  6: 'another connection holds a table lock',
  7: 'memory ran out',
  8: 'the file or its folder is read-only: check its permissions',
  10: 'the disk reported an error: check the disk and the system log',
  13: 'the disk is full: free some space',
  14: 'the file cannot be opened: check that its folder exists and may be written',
};

const CORRUPT: Readonly<Record<number, string>> = {
  11: 'the file is damaged: stop the gateway and restore the newest backup',
  26: 'the file is no SQLite database',
};

/** Turns an error of node:sqlite into a STORE_* error; any other error (a bug of ours) stays what it is. */
export function toStoreError(error: unknown, file: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const details = { file, sqliteCode: code };
  const unavailable = UNAVAILABLE[code];
  if (unavailable !== undefined) {
    return new GatewayError('STORE_UNAVAILABLE', `The store ${file} cannot be used: ${unavailable}.`, {
      cause: error,
      details,
    });
  }
  const corrupt = CORRUPT[code];
  if (corrupt !== undefined) {
    return new GatewayError('STORE_CORRUPT', `The store ${file}: ${corrupt}.`, { cause: error, details });
  }
  return error;
}

/** True when another process holds the lock (SQLITE_BUSY). */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === 5;
}

function sqliteCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  if (typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}
