/** Status codes of SFTP 3. */
export const STATUS = {
  ok: 0,
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;

export type Status = (typeof STATUS)[keyof typeof STATUS];

/** What a request is answered with when it cannot be done; the message is read by people at the partner's. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: Status;

  constructor(status: Status, message: string) {
    super(message);
    this.status = status;
  }
}

export const NO_SUCH_FILE = 'No such file or folder';

export function noSuchFile(): StatusError {
  return new StatusError(STATUS.noSuchFile, NO_SUCH_FILE);
}

export function denied(message: string): StatusError {
  return new StatusError(STATUS.permissionDenied, message);
}

export function failure(message: string): StatusError {
  return new StatusError(STATUS.failure, message);
}

/** What trouble with our own disk is to a partner. */
export function toStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  // ELOOP: a link, which nobody is led along.
  if (code === 'ENOENT' || code === 'ELOOP') return noSuchFile();
  if (code === 'ENOSPC' || code === 'EDQUOT') return failure('No space left; the file was not taken');
  return failure('The server could not do it; its operator sees why in the log');
}
