import { GatewayError } from '../../common/errors.ts';
import { toNetworkError } from '../network-error.ts';

/** Status codes of SFTP; from 9 on those of later versions, which some servers send all the same. */
export const STATUS = {
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  connectionLost: 7,
  unsupported: 8,
  noSuchPath: 10,
  alreadyExists: 11,
  writeProtected: 12,
  noSpace: 14,
  quotaExceeded: 15,
} as const;

const ADVICE: Readonly<Record<number, string>> = {
  [STATUS.noSuchFile]: 'Check that the folder is there and is spelled as the server has it.',
  [STATUS.permissionDenied]: 'The partner must allow this user to do it.',
  [STATUS.failure]: 'A full disk, a quota or a file in the way: the partner’s log says which.',
  [STATUS.unsupported]: 'The server does not have this operation.',
  [STATUS.noSuchPath]: 'Check that the folder is there and is spelled as the server has it.',
  [STATUS.writeProtected]: 'The partner’s disk is write-protected.',
  [STATUS.noSpace]: 'The disk there is full: the partner must free some space.',
  [STATUS.quotaExceeded]: 'The quota there is used up: the partner must free some space.',
};

/** Only a person can change these. */
const LASTING: ReadonlySet<number> = new Set([
  STATUS.noSuchFile,
  STATUS.permissionDenied,
  STATUS.badMessage,
  STATUS.unsupported,
  STATUS.noSuchPath,
  STATUS.writeProtected,
]);

/** Turns what ssh2 or a request threw into a GatewayError: TRANSPORT_UNAVAILABLE, or TRANSPORT_REJECTED where a person is needed. */
export function toSftpError(error: unknown, action: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const status = statusOf(error);
  if (status === undefined) return toNetworkError(error, action);
  const reply = messageOf(error);
  return new GatewayError(
    LASTING.has(status) ? 'TRANSPORT_REJECTED' : 'TRANSPORT_UNAVAILABLE',
    `Cannot ${action}: the server answers "${reply}". ${ADVICE[status] ?? ''}`.trimEnd(),
    { cause: error, details: { status } },
  );
}

/** What went wrong before the first request: key exchange, host key, login. */
export function toConnectError(
  error: unknown,
  { user, place }: { user: string; place: string },
): GatewayError {
  if (error instanceof GatewayError) return error;
  const text = messageOf(error);
  const level = typeof error === 'object' && error !== null && 'level' in error ? error.level : undefined;
  if (level === 'client-authentication') {
    return new GatewayError(
      'TRANSPORT_REJECTED',
      `${place} does not let ${user} in: user, password or key is wrong, or the partner has not entered our key yet.`,
      { cause: error },
    );
  }
  if (level === 'client-timeout') {
    return new GatewayError('TRANSPORT_UNAVAILABLE', `${place} did not answer in time.`, { cause: error });
  }
  if (/no matching/i.test(text)) {
    return new GatewayError(
      'TRANSPORT_REJECTED',
      `${place} and we have no algorithm in common (${text}). Where the partner cannot change that, set legacyAlgorithms.`,
      { cause: error },
    );
  }
  if (/cannot parse privateKey|passphrase|unsupported key format|encrypted/i.test(text)) {
    return new GatewayError(
      'TRANSPORT_REJECTED',
      `The private key for ${place} cannot be used: ${text}. Check the secrets privateKey and passphrase.`,
      { cause: error },
    );
  }
  return toNetworkError(error, `connect to ${place}`);
}

/** The status that a server answered with; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

export function isMissing(error: unknown): boolean {
  const status = statusOf(error);
  return status === STATUS.noSuchFile || status === STATUS.noSuchPath;
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200);
}
