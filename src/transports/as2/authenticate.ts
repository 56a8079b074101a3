import { createHash, timingSafeEqual } from 'node:crypto';
import type { Agreement } from './agreement.ts';
import { listAccepted } from './choose-certificates.ts';
import type { As2Answer, InboundRequest } from './http-exchange.ts';
import { plainAnswer } from './http-exchange.ts';
import type { As2Station } from './station.ts';

/**
 * The answer to a message whose sender does not show what the agreement asks for besides the signature: a user and password,
 * a TLS client certificate. Undefined where he does. Throws SECRET_MISSING, CERTIFICATE_*.
 */
export async function refuseUnauthenticated(
  station: As2Station,
  agreement: Agreement,
  request: Pick<InboundRequest, 'authorization' | 'clientFingerprint'>,
): Promise<As2Answer | undefined> {
  const { basicAuth, clientCertificate } = agreement.settings.accept;
  if (basicAuth !== undefined) {
    const password = await station.keys.secret(basicAuth.password.secret);
    if (!isEqual(credentialsOf(request.authorization ?? ''), `${basicAuth.user}:${password}`)) {
      tell(station, agreement, 'user or password is not that of accept.basicAuth');
      const answer = plainAnswer(401, 'User and password are needed.');
      return { ...answer, headers: [...answer.headers, ['WWW-Authenticate', 'Basic realm="AS2"']] };
    }
  }
  if (!clientCertificate) return undefined;
  const held = await station.keys.partnerCertificates(agreement);
  const known = listAccepted(held, 'tls', station.context.clock.now());
  if (known.some(({ certificate }) => certificate.fingerprint === request.clientFingerprint))
    return undefined;
  const shown = request.clientFingerprint === undefined ? 'none' : `SHA-256 ${request.clientFingerprint}`;
  tell(station, agreement, `its TLS client certificate (${shown}) is none of the partner’s for tls`);
  return plainAnswer(403, 'A TLS client certificate that was agreed on is needed.');
}

function tell({ context }: As2Station, { partnerId }: Agreement, reason: string): void {
  context.logger.warn({ partner: partnerId, reason }, 'An AS2 message was refused before it was read');
}

function credentialsOf(authorization: string): string {
  const encoded = /^basic +(\S+)$/i.exec(authorization.trim())?.[1] ?? '';
  return Buffer.from(encoded, 'base64').toString('utf8');
}

/** Takes the same time wherever the two differ. */
function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
