import * as z from 'zod';
import { endpoint } from '../endpoint.ts';
import { certificateList } from '../schemas/certificate.ts';
import { toCertificate } from '../views/certificate.ts';

export const listCertificates = endpoint({
  method: 'get',
  path: '/api/certificates',
  operationId: 'listCertificates',
  tag: 'Certificates',
  summary: 'Every AS2 certificate, ours and those of partners, with its state, its end and what it does now',
  role: 'viewer',
  query: z.object({ partnerId: z.string().optional() }),
  answer: certificateList,
  async handle({ certificates }, { query: { partnerId } }) {
    if (certificates === undefined) return { records: [], revocationLists: [], unreadable: [] };
    const list = await certificates.list();
    const wanted = (id: string | undefined): boolean => partnerId === undefined || id === partnerId;
    return {
      stationId: certificates.stationId,
      records: list.certificates
        .filter(({ owner, shownTo }) => wanted(owner) || wanted(shownTo))
        .map(toCertificate),
      revocationLists: list.revocationLists.filter((each) => wanted(each.partnerId)),
      unreadable: list.unreadable.filter(({ owner }) => wanted(owner)),
    };
  },
});
