import { FTPError } from 'basic-ftp';
import { GatewayError } from '../../common/errors.ts';
import { toNetworkError } from '../network-error.ts';

/** Replies that say "not now" (RFC 959, 4.2), beside all of 4yz. */
const PASSING = new Set([552]);
const LOGIN_REFUSED = new Set([430, 530, 532]);
const BUSY = /too many|maximum|limit|busy|try (again )?later/i;

const ADVICE: Readonly<Record<number, string>> = {
  421: 'The server is closing or has too many connections.',
  425: 'The data connection cannot be opened: a firewall must let the server’s passive ports through.',
  426: 'The data connection was broken off.',
  452: 'The server has no space left: the partner must free some.',
  552: 'The quota there is used up: the partner must free some space.',
  522: 'The server wants data connections that reuse the TLS session, or none without TLS.',
  534: 'The server refuses this kind of TLS: check `tls` of the channel.',
};

/** Turns what an FTP command threw into a GatewayError: TRANSPORT_UNAVAILABLE, or TRANSPORT_REJECTED where a person is needed. */
export function toFtpError(error: unknown, action: string): GatewayError {
  if (!(error instanceof FTPError)) return toNetworkError(error, action);
  const reply = error.message.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200);
  const login = LOGIN_REFUSED.has(error.code) && !BUSY.test(reply);
  const advice = login
    ? 'Check user and password, and whether the server wants TLS.'
    : (ADVICE[error.code] ?? (error.code === 550 ? 'Check that it is there and what this user may do.' : ''));
  const passing = !login && (error.code < 500 || PASSING.has(error.code) || LOGIN_REFUSED.has(error.code));
  return new GatewayError(
    passing ? 'TRANSPORT_UNAVAILABLE' : 'TRANSPORT_REJECTED',
    `Cannot ${action}: the server answers "${reply}". ${advice}`.trimEnd(),
    { cause: error, details: { reply: error.code } },
  );
}

/** True where the server said that there is no such file, or hides that there is one. */
export function isMissing(error: unknown): boolean {
  return error instanceof FTPError && (error.code === 550 || error.code === 450);
}

/** True where the server does not have the command. */
export function isUnsupported(error: unknown): boolean {
  return error instanceof FTPError && [500, 501, 502, 504].includes(error.code);
}
