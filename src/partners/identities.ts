import type { Company } from './company-schema.ts';
import type { Partner } from './partner-schema.ts';
import type { PartnerStandard } from './settings.ts';

/** One identity of any standard in one shape. Undefined parts match anything. */
export interface Identity {
  qualifier: string | undefined;
  id: string;
  internalId?: string | undefined;
  applicationId?: string | undefined;
  usage: 'production' | 'test';
  functionalIds?: readonly string[] | undefined;
  releases?: readonly string[] | undefined;
}

/** The identities of a partner in a standard; [] when it does not use that standard. */
export function listPartnerIdentities(partner: Partner, standard: PartnerStandard): Identity[] {
  switch (standard) {
    case 'x12':
      return partner.x12?.identities ?? [];
    case 'edifact':
      return (partner.edifact?.identities ?? []).map(fromEdifact);
    case 'xml':
      return (partner.xml?.identities ?? []).map(fromXml);
  }
}

/** Our identities towards a partner: its own list of them, else the company's. */
export function listOurIdentities(company: Company, partner: Partner, standard: PartnerStandard): Identity[] {
  switch (standard) {
    case 'x12':
      return partner.x12?.ourIdentities ?? company.identities.x12 ?? [];
    case 'edifact':
      return (partner.edifact?.ourIdentities ?? company.identities.edifact ?? []).map(fromEdifact);
    case 'xml':
      return (partner.xml?.ourIdentities ?? company.identities.xml ?? []).map(fromXml);
  }
}

/** `ZZ/NORTHWIND`, with the application id where there is one: for messages. */
export function formatIdentity(identity: Pick<Identity, 'qualifier' | 'id' | 'applicationId'>): string {
  const id = identity.qualifier === undefined ? identity.id : `${identity.qualifier}/${identity.id}`;
  return identity.applicationId === undefined || identity.applicationId === identity.id
    ? id
    : `${id} (GS ${identity.applicationId})`;
}

/** EDIFACT without qualifier: 0007 left out, which is an empty one and not any. */
function fromEdifact(identity: {
  id: string;
  qualifier?: string | undefined;
  internalId?: string | undefined;
  usage: 'production' | 'test';
}): Identity {
  return { ...identity, qualifier: identity.qualifier ?? '' };
}

function fromXml(identity: {
  id: string;
  scheme?: string | undefined;
  usage: 'production' | 'test';
}): Identity {
  return { qualifier: identity.scheme, id: identity.id, usage: identity.usage };
}
