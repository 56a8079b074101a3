import { readAs2Evidence } from '../../pipeline/queries/as2-messages.ts';
import { endpoint } from '../endpoint.ts';
import { idParams } from '../schemas/page.ts';

export const downloadAs2Evidence = endpoint({
  method: 'get',
  path: '/api/as2-messages/:id/evidence',
  operationId: 'downloadAs2Evidence',
  tag: 'Files',
  summary: 'Everything that proves one AS2 message: request, receipt, certificates, MIC, payloads (JSON)',
  role: 'viewer',
  params: idParams,
  answer: 'bytes',
  async handle({ gateway, now }, { params }) {
    const evidence = await readAs2Evidence(gateway.store, params.id, now);
    const stem = evidence.message.messageId.replace(/[<>]/g, '').replace(/[^\w.@-]+/g, '-');
    return {
      bytes: Buffer.from(`${JSON.stringify(evidence, null, 2)}\n`),
      fileName: `${stem}.as2-evidence.json`,
    };
  },
});
