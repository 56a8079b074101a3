import type { Instant } from '../../common/time.ts';
import type { As2ChannelSettings } from '../../partners/as2-schema.ts';
import type { HeldKey } from './choose-certificates.ts';
import type { Digest, SignOptions } from './message-security.ts';

/** How something is signed with a key of ours, by what the partner's settings say. */
export function toSignOptions(
  { key, certificate, chain }: HeldKey,
  digest: Digest,
  at: Instant,
  security?: As2ChannelSettings['security'],
): SignOptions {
  return {
    key,
    certificate,
    digest,
    at,
    scheme: certificate.keyType === 'ec' ? 'ecdsa' : (security?.signatureScheme ?? 'rsa'),
    chain,
    include: security?.includeCertificate === false ? 'none' : chain.length > 0 ? 'chain' : 'signer',
    signedAttributes: security?.signedAttributes ?? true,
    micalgSpelling: security?.micalgSpelling ?? 'rfc5751',
  };
}
