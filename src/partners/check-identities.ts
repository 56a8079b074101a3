import type { Finding } from '../common/finding.ts';
import { configFinding } from './config-text.ts';
import type { Identity } from './identities.ts';
import { formatIdentity, listPartnerIdentities } from './identities.ts';
import type { PartnerSource } from './partner-source.ts';

/** Two partners that no envelope can tell apart: neither may be guessed, so both are left out. */
export function checkIdentities(sources: readonly PartnerSource[]): {
  findings: Finding[];
  partners: Set<string>;
} {
  const findings: Finding[] = [];
  const partners = new Set<string>();
  for (const standard of ['x12', 'edifact', 'xml'] as const) {
    const known = new Map<string, { source: PartnerSource; identity: Identity }[]>();
    for (const source of sources) {
      for (const [index, identity] of listPartnerIdentities(source.partner, standard).entries()) {
        const before = known.get(identity.id) ?? [];
        known.set(identity.id, [...before, { source, identity }]);
        const rival = before.find((each) => each.source !== source && areAlike(each.identity, identity));
        if (rival === undefined) continue;
        const { partner: owner } = rival.source.partner;
        partners.add(owner).add(source.partner.partner);
        const way = WAYS[standard];
        findings.push(
          configFinding(
            source.locate([standard, 'identities', index]),
            'PARTNER_IDENTITY_CONFLICT',
            `identity ${formatIdentity(identity)} is claimed by "${owner}" (${rival.source.file}) too; tell them apart by ${way}`,
            { actual: formatIdentity(identity) },
          ),
        );
      }
    }
  }
  return { findings, partners };
}

/** What tells two partners of one id apart. */
const WAYS = {
  x12: 'applicationId, functionalIds, releases or usage',
  edifact: 'qualifier, internalId or usage',
  xml: 'a scheme for each, or usage',
} as const;

/** True where an envelope can be that of both, and neither fits it better. */
function areAlike(one: Identity, other: Identity): boolean {
  return (
    meet(one.qualifier?.trim(), other.qualifier?.trim()) &&
    one.internalId === other.internalId &&
    one.applicationId === other.applicationId &&
    one.usage === other.usage &&
    overlap(one.functionalIds, other.functionalIds, (a, b) => a === b) &&
    // GS08 begins with it: 004010VICS is 004010, too.
    overlap(one.releases, other.releases, (a, b) => a.startsWith(b) || b.startsWith(a))
  );
}

/** An absent qualifier is any. */
function meet(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** Lists of which one entry of each fits the same envelope; one list alone is the better fit. */
function overlap(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
  fit: (a: string, b: string) => boolean,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.some((a) => other.some((b) => fit(a, b)));
}
