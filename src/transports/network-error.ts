import { GatewayError } from '../common/errors.ts';

/** What errors of the network and of TLS mean, and what to do; by Node's `error.code`. */
const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'DNS does not know the host name: check its spelling and the name server',
  EAI_AGAIN: 'the name server does not answer: check the network of this machine',
  ECONNREFUSED: 'nothing listens there: check host and port, and that the partner’s server runs',
  ECONNRESET: 'the other side broke the connection off: its firewall, or it refuses this address',
  EPIPE: 'the other side closed the connection',
  ETIMEDOUT: 'no answer in time: check host and port, and whether firewalls let this address through',
  // All that we break off is what took too long.
  ABORT_ERR: 'no answer in time',
  EHOSTUNREACH: 'there is no route to the host: check the network',
  ENETUNREACH: 'there is no route to the network: check the network',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed and not trusted by this channel',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate comes from an authority that this channel does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the certificate’s authority is not trusted, or the server leaves certificates of its chain out',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the certificate comes from an authority that this channel does not trust',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate comes from an authority that this channel does not trust',
  CERT_HAS_EXPIRED: 'the certificate has expired: the partner has to renew it',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet: check the clock of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name: check the host in the settings',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS on this port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS on this port',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the two sides have no version of TLS in common',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the two sides have no version of TLS in common',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    'the server refuses the handshake: no cipher in common, or it wants a certificate of ours',
};

/** What an error means to the person who has to mend it, in half a sentence. */
export function networkReason(error: unknown): string {
  const code = codeOf(error);
  if (code !== undefined && REASONS[code] !== undefined) return `${REASONS[code]} (${code})`;
  // Node tries every address of a host and reports them together.
  if (error instanceof AggregateError && error.errors.length > 0) return networkReason(error.errors[0]);
  return error instanceof Error && error.message !== '' ? error.message : (code ?? String(error));
}

/** Turns an error of the network into TRANSPORT_UNAVAILABLE; a GatewayError stays what it is. */
export function toNetworkError(error: unknown, action: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = codeOf(error);
  return new GatewayError('TRANSPORT_UNAVAILABLE', `Cannot ${action}: ${networkReason(error)}.`, {
    cause: error,
    ...(code !== undefined && { details: { systemCode: code } }),
  });
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
