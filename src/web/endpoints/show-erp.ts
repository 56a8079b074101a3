import { readErpBacklog } from '../../pipeline/erp/erp-backlog.ts';
import { endpoint } from '../endpoint.ts';
import { erpOverview } from '../schemas/erp.ts';

export const showErp = endpoint({
  method: 'get',
  path: '/api/erp',
  operationId: 'showErp',
  tag: 'ERP',
  summary:
    'The connection to the ERP, how far it was read, its companies, and what is still to be written there',
  role: 'viewer',
  answer: erpOverview,
  async handle({ gateway, erp }) {
    const backlog = await readErpBacklog(gateway.store);
    if (erp === undefined) return { kind: 'standAlone' as const, readTo: [], companies: [], backlog };
    const { state, ...rest } = await erp.overview();
    return { kind: erp.kind, connection: state, ...rest, backlog };
  },
});
