import { endpoint } from '../endpoint.ts';
import { retentionPreview } from '../schemas/retention.ts';

/** Files looked at for each class: an answer does not take minutes. */
const LOOKED_AT = 2_000;

export const previewRetention = endpoint({
  method: 'get',
  path: '/api/retention/preview',
  operationId: 'previewRetention',
  tag: 'Retention',
  summary:
    'What would be erased now and what would have to stay, of the oldest 2,000 files; nothing is changed',
  role: 'viewer',
  answer: retentionPreview,
  async handle({ gateway }) {
    const { classes, kept } = await gateway.retain({ dryRun: true, limit: LOOKED_AT });
    return { classes, kept };
  },
});
