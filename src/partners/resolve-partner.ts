import type { Finding } from '../common/finding.ts';
import type { FunctionalGroup, Interchange } from '../edi/model.ts';
import type { Identity } from './identities.ts';
import { formatIdentity, listOurIdentities, listPartnerIdentities } from './identities.ts';
import { editDistance } from './nearest.ts';
import type { Partner } from './partner-schema.ts';
import type { PartnerSet } from './partner-set.ts';
import { usageOfOrders } from './resolve-envelope.ts';
import type { PartnerStandard } from './settings.ts';

/** What an envelope says of sender and receiver. X12: ISA and, where a group is routed, GS; EDIFACT: UNB; XML: parties. */
export interface EnvelopeAddress {
  standard: PartnerStandard;
  sender: { qualifier: string; id: string; internalId?: string };
  receiver: { qualifier: string; id: string; internalId?: string };
  /** GS02, GS03. */
  applicationSender?: string;
  applicationReceiver?: string;
  /** GS01. */
  functionalId?: string;
  /** GS08. */
  version?: string;
  /** ISA15 = T, UNB 0035 = 1. */
  test: boolean;
}

/** The partnership of an envelope; `findings` hold warnings only (usage indicator: USAGE_MISMATCH, TEST_DATA). */
export interface ResolvedPartner {
  partner: Partner;
  identity: Identity;
  ourIdentity: Identity;
  findings: Finding[];
}

/** The address of a parsed interchange, or of one of its groups. */
export function addressOf(interchange: Interchange, group?: FunctionalGroup): EnvelopeAddress {
  const explicit = group !== undefined && !group.implicit;
  return {
    standard: interchange.standard,
    sender: interchange.sender,
    receiver: interchange.receiver,
    test: interchange.test,
    ...(explicit && {
      applicationSender: group.applicationSender,
      applicationReceiver: group.applicationReceiver,
      functionalId: group.functionalId,
      version: group.version,
    }),
  };
}

/**
 * Finds the partner that an envelope comes from. Ids are trimmed and case-sensitive; the most specific identity wins
 * (application id, functional id, release, usage). Findings instead of a partner: UNKNOWN_PARTNER with the nearest
 * candidates, AMBIGUOUS_PARTNER, UNKNOWN_RECEIVER, PARTNER_SUSPENDED.
 */
export function resolvePartner(
  set: PartnerSet,
  address: EnvelopeAddress,
): ResolvedPartner | { partner?: never; findings: [Finding, ...Finding[]] } {
  const matches = findIdentities(set.partners, address.standard, address.sender.id.trim())
    .map(({ partner, identity }) => ({ partner, identity, rank: rankOf(identity, address, 'sender') }))
    .filter(({ rank }) => rank >= 0);
  const best = Math.max(...matches.map(({ rank }) => rank));
  const winners = matches.filter(({ rank }) => rank === best);
  const winner = winners[0];
  if (winner === undefined) return { findings: [unknownPartner(set, address)] };
  const { partner, identity } = winner;
  const names = [...new Set(winners.map((match) => match.partner.partner))];
  if (names.length > 1) {
    return { findings: [ambiguousPartner(address, names)] };
  }
  const ours = listOurIdentities(set.company, partner, address.standard);
  const ourIdentity = ours
    .map((candidate) => ({ candidate, rank: rankOf(candidate, address, 'receiver') }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => b.rank - a.rank)[0]?.candidate;
  if (ourIdentity === undefined) return { findings: [unknownReceiver(address, partner, ours)] };
  if (partner.status === 'suspended') return { findings: [suspendedPartner(partner)] };
  return { partner, identity, ourIdentity, findings: checkUsage(partner, identity, address) };
}

interface KnownIdentity {
  partner: Partner;
  identity: Identity;
}

/** By standard and id: an envelope of one of thousands of partners is not held against each of them. */
const INDEXES = new WeakMap<readonly Partner[], Map<PartnerStandard, Map<string, KnownIdentity[]>>>();

function findIdentities(
  partners: readonly Partner[],
  standard: PartnerStandard,
  id: string,
): readonly KnownIdentity[] {
  const standards = INDEXES.get(partners) ?? new Map<PartnerStandard, Map<string, KnownIdentity[]>>();
  INDEXES.set(partners, standards);
  const index = standards.get(standard) ?? indexIdentities(partners, standard);
  standards.set(standard, index);
  return index.get(id) ?? [];
}

function indexIdentities(
  partners: readonly Partner[],
  standard: PartnerStandard,
): Map<string, KnownIdentity[]> {
  const index = new Map<string, KnownIdentity[]>();
  for (const partner of partners) {
    for (const identity of listPartnerIdentities(partner, standard)) {
      index.set(identity.id, [...(index.get(identity.id) ?? []), { partner, identity }]);
    }
  }
  return index;
}

/** -1: another party. Else how much of the identity the envelope confirms. */
function rankOf(identity: Identity, address: EnvelopeAddress, side: 'sender' | 'receiver'): number {
  const party = address[side];
  const application = side === 'sender' ? address.applicationSender : address.applicationReceiver;
  if (identity.id !== party.id.trim()) return -1;
  if (identity.qualifier !== undefined && identity.qualifier.trim() !== party.qualifier.trim()) return -1;
  let rank = 0;
  const demand = (wanted: boolean, met: boolean, weight: number): boolean => {
    if (wanted && met) rank += weight;
    return !wanted || met;
  };
  const internal = identity.internalId !== undefined;
  const known = application !== undefined;
  const { functionalIds, releases } = identity;
  if (!demand(internal, identity.internalId === party.internalId?.trim(), 16)) return -1;
  if (
    known &&
    !demand(identity.applicationId !== undefined, identity.applicationId === application.trim(), 8)
  )
    return -1;
  if (
    known &&
    !demand(functionalIds !== undefined, functionalIds?.includes(address.functionalId ?? '') ?? false, 4)
  )
    return -1;
  if (
    known &&
    !demand(releases !== undefined, releases?.some((r) => address.version?.startsWith(r)) ?? false, 2)
  )
    return -1;
  return rank + (address.test === (identity.usage === 'test') ? 1 : 0);
}

function checkUsage(partner: Partner, identity: Identity, { standard, test }: EnvelopeAddress): Finding[] {
  const finding = usageFinding(partner, standard, identity, test);
  return finding === undefined ? [] : [finding];
}

/**
 * Why data must not be applied for what it says of its usage (ISA15, UNB 0035, deploymentMode): USAGE_MISMATCH where it is test data and
 * productive data is agreed, or the reverse; TEST_DATA where it comes from the partner's test system, as agreed, while its
 * orders are productive. Undefined where it may be applied.
 */
export function usageFinding(
  partner: Partner,
  standard: PartnerStandard,
  identity: Identity,
  test: boolean,
): Finding | undefined {
  return usageMismatch(partner, identity, test) ?? testData(partner, standard, identity, test);
}

function testData(
  partner: Partner,
  standard: PartnerStandard,
  identity: Identity,
  test: boolean,
): Finding | undefined {
  if (!test || usageOfOrders(partner, standard) === 'test') return undefined;
  return {
    code: 'TEST_DATA',
    severity: 'warning',
    message: `${partner.name} sent test data from ${formatIdentity(identity)}, and its orders are productive: nothing of it is applied`,
    place: {},
    actual: 'test',
    expected: 'production',
  };
}

function usageMismatch(partner: Partner, identity: Identity, test: boolean): Finding | undefined {
  const stated = test ? 'test' : 'production';
  const expected = partner.status === 'onboarding' ? 'test' : identity.usage;
  if (stated === expected) return undefined;
  return {
    code: 'USAGE_MISMATCH',
    severity: 'warning',
    message: `${partner.name} sent ${stated} data; identity ${formatIdentity(identity)} is set to ${expected}`,
    place: {},
    actual: stated,
    expected,
  };
}

function unknownPartner(set: PartnerSet, address: EnvelopeAddress): Finding {
  const { sender, standard } = address;
  const found = formatIdentity({ ...sender, applicationId: address.applicationSender });
  const candidates = set.partners
    .flatMap((partner) => listPartnerIdentities(partner, standard).map((identity) => ({ partner, identity })))
    .map((candidate) => ({ ...candidate, distance: distanceOf(candidate.identity, address) }))
    .filter(({ distance, identity }) => distance <= Math.max(2, Math.floor(identity.id.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ partner, identity }) => `${formatIdentity(identity)} of ${partner.partner}`);
  const hint = candidates.length > 0 ? `nearest: ${candidates.join(', ')}` : 'no partner is near';
  return {
    code: 'UNKNOWN_PARTNER',
    severity: 'error',
    message:
      `no partner has the ${standard} sender ${found}; ${hint}. ` +
      'Add the identity to the right partner.yaml and reprocess the file',
    place: {},
    actual: found,
    ...(candidates.length > 0 && { expected: candidates.join(', ') }),
    ...acknowledgment(standard, '006', '23'),
  };
}

function distanceOf(identity: Identity, { sender, applicationSender }: EnvelopeAddress): number {
  const id = sender.id.trim();
  const qualifier = identity.qualifier === undefined || identity.qualifier === sender.qualifier ? 0 : 0.5;
  const application =
    identity.applicationId === undefined || identity.applicationId === applicationSender ? 0 : 0.5;
  return editDistance(identity.id.toUpperCase(), id.toUpperCase()) + qualifier + application;
}

function ambiguousPartner(address: EnvelopeAddress, names: readonly string[]): Finding {
  const found = formatIdentity({ ...address.sender, applicationId: address.applicationSender });
  return {
    code: 'AMBIGUOUS_PARTNER',
    severity: 'error',
    message: `sender ${found} is an identity of ${names.join(' and ')}; give one of them an applicationId or functionalIds`,
    place: {},
    actual: found,
  };
}

function unknownReceiver(address: EnvelopeAddress, partner: Partner, ours: readonly Identity[]): Finding {
  const found = formatIdentity({ ...address.receiver, applicationId: address.applicationReceiver });
  const expected = ours.map(formatIdentity).join(', ');
  return {
    code: 'UNKNOWN_RECEIVER',
    severity: 'error',
    message: `${partner.name} addressed ${found}, which is not ours; our identities for them: ${expected === '' ? 'none' : expected}`,
    place: {},
    actual: found,
    expected,
    ...acknowledgment(address.standard, '008', '7'),
  };
}

function suspendedPartner(partner: Partner): Finding {
  return {
    code: 'PARTNER_SUSPENDED',
    severity: 'error',
    message: `${partner.name} is suspended: set status to active in ${partner.partner}/partner.yaml and reprocess`,
    place: {},
    actual: 'suspended',
    expected: 'active',
  };
}

/** TA105 or 0085. */
function acknowledgment(
  standard: PartnerStandard,
  x12: string,
  edifact: string,
): Pick<Finding, 'acknowledgment'> {
  if (standard === 'xml') return {};
  return { acknowledgment: { level: 'interchange', code: standard === 'x12' ? x12 : edifact } };
}
