import { GatewayError } from '../../../common/errors.ts';
import { toPartnerFinding } from '../../../pipeline/partner-api/partner-findings.ts';
import { showFile } from '../../../pipeline/queries/files.ts';
import { idParams } from '../../schemas/page.ts';
import { partnerEndpoint } from '../partner-endpoint.ts';
import { submission } from '../schemas.ts';

export const showSubmission = partnerEndpoint({
  method: 'get',
  path: '/partner-api/v1/submissions/:id',
  operationId: 'showSubmission',
  tag: 'Submissions',
  summary: 'What became of a document that was handed in, with everything that was found in it',
  description: 'Documents of this partner that came in by this API only.',
  params: idParams,
  answer: submission,
  async handle({ gateway, channel }, { params: { id } }) {
    const known = await gateway.store.get('files', id);
    const own =
      known?.direction === 'inbound' &&
      known.channel === 'http' &&
      known.channelName === channel.channelName &&
      known.partnerId === channel.partnerId;
    if (!own) throw new GatewayError('NOT_FOUND', `There is no submission "${id}".`);
    const { file, documents } = await showFile(gateway.store, id);
    return {
      id,
      fileName: file.name,
      receivedAt: file.createdAt,
      status: file.status,
      ...(file.summary !== undefined && { summary: file.summary }),
      findings: file.findings.map(toPartnerFinding),
      documents: documents.map(({ documentType, number, status, findings }) => ({
        documentType,
        number,
        status,
        findings: findings.map(toPartnerFinding),
      })),
    };
  },
});
