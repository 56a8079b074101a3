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
  handle: ({ gateway }, { params }) => gateway.replayFile(params.id),
});
