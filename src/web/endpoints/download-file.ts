import { readFileContent } from '../../pipeline/queries/files.ts';
import { endpoint } from '../endpoint.ts';
import { idParams } from '../schemas/page.ts';

export const downloadFile = endpoint({
  method: 'get',
  path: '/api/files/:id/raw',
  operationId: 'downloadFile',
  tag: 'Files',
  summary: 'The bytes of a file as they came in or went out',
  role: 'viewer',
  params: idParams,
  answer: 'bytes',
  async handle({ gateway }, { params }) {
    const { file, content } = await readFileContent(gateway.store, params.id);
    return { bytes: content, fileName: file.name };
  },
});
