import type { Instant } from '../../common/time.ts';
import type { SecretKeeper } from '../../pipeline/ports/secrets.ts';
import { createSelfSignedCertificate } from './self-signed-certificate.ts';

const CERTIFICATE_SECRET = 'as2-own-certificate';
const KEY_SECRET = 'as2-own-key';
/** Three years: partners have to take a new one by hand. */
const DAYS = 1_096;

/** The settings of the certificate that a station has when company.yaml names none. */
export const OWN_CERTIFICATE = {
  certificate: { secret: CERTIFICATE_SECRET },
  key: { secret: KEY_SECRET },
  uses: ['sign', 'encrypt'] as ('sign' | 'encrypt')[],
};

/** Makes our own key and self-signed certificate where there is none yet, as secrets. */
export async function ensureOwnCertificate(secrets: SecretKeeper, id: string, at: Instant): Promise<void> {
  if ((await secrets.has(CERTIFICATE_SECRET)) && (await secrets.has(KEY_SECRET))) return;
  const made = createSelfSignedCertificate({ commonName: id, from: at, days: DAYS });
  await secrets.set(KEY_SECRET, made.key.export({ type: 'pkcs8', format: 'pem' }).toString());
  await secrets.set(CERTIFICATE_SECRET, made.certificate.pem);
}
