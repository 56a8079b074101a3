import { loadPartners } from '../../src/partners/load-partners.ts';
import type { Partner } from '../../src/partners/partner-schema.ts';
import type { PartnerSet } from '../../src/partners/partner-set.ts';
import { readPartnerFiles } from '../../src/partners/read-partner-files.ts';

const PARTNERS_FOLDER = new URL('../../partners', import.meta.url).pathname;

export const COMPANY = {
  path: 'company.yaml',
  text: `
company: Us
currency: USD
identities:
  x12: [{ qualifier: ZZ, id: US }]
  edifact: [{ id: "4012345500004", qualifier: "14" }]
`,
};

/** A partner.yaml with as little as is allowed; `more` is appended. */
export function partnerFile(id: string, identity: string, more = ''): { path: string; text: string } {
  return {
    path: `${id}/partner.yaml`,
    text: `partner: ${id}
name: ${id.toUpperCase()}
x12:
  identities: [${identity}]
channels: [{ type: folder, inbox: inbox/${id} }]
documents: { orderResponse: { in: x12/004010/855-order-response } }
${more}`,
  };
}

/** The set of these files; fails when one of them has a finding. */
export function partnerSet(...files: { path: string; text: string }[]): PartnerSet {
  const { set, findings } = loadPartners([COMPANY, ...files]);
  if (set === undefined || findings.length > 0)
    throw new Error(findings.map(({ message }) => message).join('\n'));
  return set;
}

export async function demoPartners(): Promise<PartnerSet> {
  const { set, findings } = loadPartners(await readPartnerFiles(PARTNERS_FOLDER));
  if (set === undefined || findings.length > 0)
    throw new Error(findings.map(({ message }) => message).join('\n'));
  return set;
}

export function partnerNamed(set: PartnerSet, id: string): Partner {
  const found = set.partners.find(({ partner }) => partner === id);
  if (found === undefined) throw new Error(`no partner ${id}`);
  return found;
}
