import { MongoError, MongoServerError } from 'mongodb';
import { GatewayError } from '../../common/errors.ts';

/** Codes of the server (error_codes.yml) that an operator can do something about. */
const REASONS: Readonly<Record<number, string>> = {
  13: 'this user may not: give it the role readWrite on the database',
  18: 'user or password is wrong',
  20: 'the server knows no transactions: run it as a replica set (one member is enough)',
  263: 'the server knows no transactions here: run it as a replica set (one member is enough)',
  8000: 'user or password is wrong',
};

/** Turns an error of the driver into a STORE_* error; any other error (a bug of ours, a CONFLICT) stays what it is. */
export function toStoreError(error: unknown, where: string): unknown {
  if (!(error instanceof MongoError)) return error;
  const code = error instanceof MongoServerError ? error.code : undefined;
  const reason = (typeof code === 'number' ? REASONS[code] : undefined) ?? error.message;
  return new GatewayError('STORE_UNAVAILABLE', `The store ${where} cannot be used: ${reason}.`, {
    cause: error,
    details: { store: where, ...(typeof code === 'number' && { mongoCode: code }) },
  });
}

/** Another transaction was in the way, or the primary changed: the same again has a good chance. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof MongoError && (error.hasErrorLabel('TransientTransactionError') || error.code === 112)
  );
}

/** The reply to a commit was lost: whether it holds is only known by committing again, which is harmless. */
export function isCommitUnknown(error: unknown): boolean {
  return error instanceof MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');
}
