/** How we name ourselves to AS2 partners, and what we can do beyond RFC 4130 (RFC 6017). */
export const PRODUCT = {
  name: 'Tradelane',
  userAgent: 'Tradelane AS2',
  features: 'multiple-attachments, AS2-Reliability',
} as const;
