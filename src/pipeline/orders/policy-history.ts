import { GatewayError } from '../../common/errors.ts';
import type { PartnerSet } from '../../partners/partner-set.ts';
import { resolveHousePolicy, resolvePolicy } from '../../partners/resolve-policy.ts';
import type { TrackingPolicy } from '../../tracking/policy.ts';
import type { Store } from '../ports/store.ts';
import { retryOnConflict } from '../work/retry.ts';

/** Version of the policy that each partner had last, by the partner's id; those of before among them. */
const IN_FORCE = 'policies-in-force';

type VersionsInForce = Readonly<Record<string, string>>;

/** Ids that are known to be on record. */
const KEPT = new WeakMap<Store, Set<string>>();

function idOf(partnerId: string, version: string): string {
  return `policy/${partnerId}/${version}`;
}

/**
 * Who decides by which policy. A partner that is not there any more, or whose file is wrong just now, keeps the last policy on
 * record: what was agreed for its open orders does not change by that. Reads only.
 */
export async function openPolicies(
  store: Store,
  set: PartnerSet,
): Promise<(partnerId: string) => TrackingPolicy> {
  const policies = new Map<string, TrackingPolicy>();
  for (const [partnerId, version] of Object.entries(await versionsInForce(store))) {
    const record = await store.get('settings', idOf(partnerId, version));
    if (record !== undefined) policies.set(partnerId, record.value as TrackingPolicy);
  }
  for (const partner of set.partners) policies.set(partner.partner, resolvePolicy(set.company, partner));
  const house = resolveHousePolicy(set.company);
  return (partnerId) => policies.get(partnerId) ?? house;
}

/** Partners that this installation has had, those of before among them. */
export async function listPartnersOnRecord(store: Store): Promise<string[]> {
  return Object.keys(await versionsInForce(store));
}

/** Keeps the policies of all partners, and which of them is in force. */
export async function recordPolicies(
  store: Store,
  { partners }: PartnerSet,
  policyOf: (partnerId: string) => TrackingPolicy,
): Promise<void> {
  const now: Record<string, string> = {};
  for (const { partner } of partners) {
    const policy = policyOf(partner);
    await keepPolicy(store, partner, policy);
    now[partner] = policy.version;
  }
  await retryOnConflict(async () => {
    const record = await store.get('settings', IN_FORCE);
    const before = (record?.value ?? {}) as VersionsInForce;
    if (Object.entries(now).every(([partner, version]) => before[partner] === version)) return;
    const next = { id: IN_FORCE, revision: record?.revision ?? 0, value: { ...before, ...now } };
    const op = record === undefined ? 'insert' : 'update';
    await store.commit([{ op, collection: 'settings', record: next }]);
  });
}

/** Keeps a policy that decides, once: an event is decided again under the policy that it was decided under. */
export async function keepPolicy(store: Store, partnerId: string, policy: TrackingPolicy): Promise<void> {
  const id = idOf(partnerId, policy.version);
  const kept = KEPT.get(store) ?? new Set();
  KEPT.set(store, kept);
  if (kept.has(id)) return;
  await retryOnConflict(async () => {
    if ((await store.get('settings', id)) !== undefined) return;
    const record = { id, revision: 0, value: policy };
    await store.commit([{ op: 'insert', collection: 'settings', record }]);
  });
  kept.add(id);
}

async function versionsInForce(store: Store): Promise<VersionsInForce> {
  return ((await store.get('settings', IN_FORCE))?.value ?? {}) as VersionsInForce;
}

/**
 * The policies by version, of any of these partners: a document that came before its order may have been another partner's. Throws
 * NOT_FOUND for a version that this installation never had.
 */
export async function loadPolicies(
  store: Store,
  partnerIds: Iterable<string>,
  versions: Iterable<string>,
): Promise<(version: string) => TrackingPolicy> {
  const policies = new Map<string, TrackingPolicy>();
  const owners = [...new Set(partnerIds)];
  for (const version of new Set(versions)) {
    for (const partnerId of owners) {
      const record = await store.get('settings', idOf(partnerId, version));
      if (record === undefined) continue;
      policies.set(version, record.value as TrackingPolicy);
      break;
    }
  }
  return (version) => {
    const policy = policies.get(version);
    if (policy !== undefined) return policy;
    throw new GatewayError(
      'NOT_FOUND',
      `Policy ${version} of ${owners.join(', ')} is not on record: it was decided by another installation.`,
    );
  };
}
