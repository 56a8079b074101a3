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
  const owners = new Map<string, PartnerSource>();
  for (const source of sources) {
    for (const standard of ['x12', 'edifact', 'xml'] as const) {
      listPartnerIdentities(source.partner, standard).forEach((identity, index) => {
        for (const key of keysOf(standard, identity)) {
          const owner = owners.get(key);
          if (owner === undefined || owner === source) {
            owners.set(key, source);
            continue;
          }
          partners.add(owner.partner.partner).add(source.partner.partner);
          findings.push(
            configFinding(
              source.locate([standard, 'identities', index]),
              'PARTNER_IDENTITY_CONFLICT',
              `identity ${formatIdentity(identity)} is claimed by "${owner.partner.partner}" (${owner.file}) too; ` +
                'tell them apart by applicationId, functionalIds, releases or usage',
              { actual: formatIdentity(identity) },
            ),
          );
        }
      });
    }
  }
  return { findings, partners };
}

function keysOf(standard: string, identity: Identity): string[] {
  const functionalIds = identity.functionalIds ?? ['*'];
  const releases = identity.releases ?? ['*'];
  return functionalIds.flatMap((functionalId) =>
    releases.map((release) =>
      JSON.stringify([
        standard,
        identity.qualifier ?? '*',
        identity.id,
        identity.internalId ?? '*',
        identity.applicationId ?? '*',
        identity.usage,
        functionalId,
        release,
      ]),
    ),
  );
}
