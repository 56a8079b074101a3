import { endpoint } from '../endpoint.ts';
import { idParams } from '../schemas/page.ts';
import { partnerDetail } from '../schemas/partner.ts';
import { requirePartner, toPartnerRow } from '../views/partner.ts';

export const showPartner = endpoint({
  method: 'get',
  path: '/api/partners/:id',
  operationId: 'showPartner',
  tag: 'Partners',
  summary: 'One trading partner with its whole configuration, defaults filled in',
  role: 'viewer',
  params: idParams,
  answer: partnerDetail,
  handle({ gateway }, { params }) {
    const partner = requirePartner(gateway, params.id);
    return { ...toPartnerRow(partner), configuration: { ...partner } };
  },
});
