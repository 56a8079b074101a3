import { GatewayError } from '../../common/errors.ts';
import { endpoint } from '../endpoint.ts';
import { filePreview } from '../schemas/file.ts';
import { idParams } from '../schemas/page.ts';

export const replayFile = endpoint({
  method: 'get',
  path: '/api/files/:id/replay',
  operationId: 'replayFile',
  tag: 'Files',
  summary:
    'What if this file came in today: its archived bytes with the maps and partners of today; nothing is kept and nothing leaves',
  role: 'viewer',
  params: idParams,
  answer: filePreview,
  async handle({ gateway }, { params: { id } }) {
    const file = await gateway.store.get('files', id);
    if (file === undefined) throw new GatewayError('NOT_FOUND', `There is no file ${id}.`);
    if (file.direction !== 'inbound')
      throw new GatewayError('INVALID_REQUEST', `${file.name} went out; only what came in can be replayed.`);
    const bytes = await gateway.store.readArchive(file.sha256);
    if (bytes === undefined)
      throw new GatewayError('NOT_FOUND', `The bytes of ${file.name} are not kept any more.`);
    return gateway.previewFile({ partnerId: file.partnerId, name: file.name, bytes });
  },
});
