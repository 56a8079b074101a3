import type { HeaderLine } from '../../pipeline/channels/as2-message-record.ts';

/** How we name ourselves to AS2 partners, and what we can do beyond RFC 4130 (RFC 6017). */
export const PRODUCT = {
  name: 'Tradelane',
  userAgent: 'Tradelane AS2',
  /** That of package.json. */
  version: '0.1.0',
  features: 'multiple-attachments, AS2-Reliability',
} as const;

/** What a message or receipt of ours says about the one who sends it; CEM only to those with whom certificates are exchanged. */
export function productHeaders(version: '1.1' | '1.2' | '1.3', exchangesCertificates: boolean): HeaderLine[] {
  const headers: HeaderLine[] = [['AS2-Version', version]];
  if (version !== '1.1') {
    headers.push(['EDIINT-Features', `${PRODUCT.features}${exchangesCertificates ? ', CEM' : ''}`]);
  }
  if (version === '1.3') headers.push(['AS2-Product', `${PRODUCT.name}:${PRODUCT.version}`]);
  return headers;
}
