import * as z from 'zod';
import { GatewayError } from '../../common/errors.ts';
import { endpoint } from '../endpoint.ts';

export const downloadCertificate = endpoint({
  method: 'get',
  path: '/api/certificates/:fingerprint.pem',
  operationId: 'downloadCertificate',
  tag: 'Certificates',
  summary: 'One certificate as PEM, to be sent to a partner',
  role: 'viewer',
  params: z.object({
    fingerprint: z
      .string()
      .regex(
        /^([0-9a-f]{2}:?){31}[0-9a-f]{2}$/i,
        'a SHA-256 fingerprint: 64 hexadecimal digits, colons or not',
      ),
  }),
  answer: 'bytes',
  async handle({ certificates }, { params }) {
    if (certificates === undefined) {
      throw new GatewayError(
        'NOT_FOUND',
        'There is no AS2 station: company.yaml has no "as2" (docs/as2.md).',
      );
    }
    const { owner, pem } = await certificates.read(params.fingerprint);
    const whose = owner === 'own' ? certificates.stationId : owner;
    const stem = `${whose}-as2-${params.fingerprint.replaceAll(':', '').slice(0, 8)}`;
    return {
      bytes: Buffer.from(pem),
      fileName: `${stem.toLowerCase().replace(/[^\w-]+/g, '-')}.pem`,
      mediaType: 'application/x-pem-file',
    };
  },
});
