import type { CertificateExchange } from '../../../pipeline/ports/certificate-exchange.ts';
import type { As2Station } from '../station.ts';
import { decideProposal } from './decide-proposal.ts';
import { proposeCertificate } from './propose-certificate.ts';

/** What people decide about the exchange of certificates. */
export function openCertificateExchange(station: As2Station): CertificateExchange {
  return {
    accept: (id, decision, actor) => decideProposal(station, id, { status: 'accepted', ...decision }, actor),
    reject: (id, reason, actor) => decideProposal(station, id, { status: 'rejected', reason }, actor),
    withdraw: (id, reason, actor) => decideProposal(station, id, { status: 'withdrawn', reason }, actor),
    propose: (proposal, actor) => proposeCertificate(station, proposal, actor),
  };
}
