import { GatewayError } from '../common/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the disk quota is used up: free some space',
  EACCES: 'this user may not: check the permissions of the folder',
  EPERM: 'this user may not: check the permissions of the folder',
  EROFS: 'the disk is mounted read-only',
  EEXIST: 'a file stands where the folder should be',
  ENOTDIR: 'a file stands where the folder should be',
  EIO: 'the disk reported an error: check the system log',
};

/** Turns an error of the file system into TRANSPORT_UNAVAILABLE; any other error stays what it is. */
export function toFolderError(error: unknown, action: string): unknown {
  const code = systemCode(error);
  if (code === undefined || error instanceof GatewayError) return error;
  return new GatewayError('TRANSPORT_UNAVAILABLE', `Cannot ${action}: ${REASONS[code] ?? code}.`, {
    cause: error,
    details: { systemCode: code },
  });
}

/** `ENOENT`, `EEXIST` …; undefined for an error that is not of the operating system. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('syscall' in error))
    return undefined;
  return String(error.code);
}
