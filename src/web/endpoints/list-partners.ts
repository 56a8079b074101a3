import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { partnerRow } from '../schemas/partner.ts';
import { toPartnerRow } from '../views/partner.ts';

export const listPartners = endpoint({
  method: 'get',
  path: '/api/partners',
  operationId: 'listPartners',
  tag: 'Partners',
  summary: 'Trading partners in force',
  role: 'viewer',
  answer: z.object({ company: z.string(), records: z.array(partnerRow) }),
  handle({ gateway }) {
    const { company, partners } = gateway.partners;
    return { company: company.company, records: partners.map(toPartnerRow) };
  },
});
