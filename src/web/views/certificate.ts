import type * as z from 'zod';
import type { CertificateRow } from '../../pipeline/ports/certificates.ts';
import type { certificateRow } from '../schemas/certificate.ts';

export function toCertificate(row: CertificateRow): z.input<typeof certificateRow> {
  return { ...row, uses: [...row.uses], duties: [...row.duties], weaknesses: [...row.weaknesses] };
}
