import { GatewayError } from '../../common/errors.ts';
import type { TrackingPolicy } from '../../tracking/policy.ts';
import type { Store } from '../ports/store.ts';
import { retryOnConflict } from '../work/retry.ts';

function idOf(partnerId: string, version: string): string {
  return `policy/${partnerId}/${version}`;
}

/** Keeps every policy that decides, once: an event is decided again under the policy that it was decided under. */
export async function recordPolicies(
  store: Store,
  policies: ReadonlyMap<string, TrackingPolicy>,
): Promise<void> {
  for (const [partnerId, policy] of policies) {
    const id = idOf(partnerId, policy.version);
    await retryOnConflict(async () => {
      if ((await store.get('settings', id)) !== undefined) return;
      await store.commit([
        { op: 'insert', collection: 'settings', record: { id, revision: 0, value: policy } },
      ]);
    });
  }
}

/** The policies of a partner by version. Throws NOT_FOUND for a version that this installation never had. */
export async function loadPolicies(
  store: Store,
  partnerId: string,
  versions: Iterable<string>,
): Promise<(version: string) => TrackingPolicy> {
  const policies = new Map<string, TrackingPolicy>();
  for (const version of new Set(versions)) {
    const record = await store.get('settings', idOf(partnerId, version));
    if (record !== undefined) policies.set(version, record.value as TrackingPolicy);
  }
  return (version) => {
    const policy = policies.get(version);
    if (policy !== undefined) return policy;
    throw new GatewayError(
      'NOT_FOUND',
      `Policy ${version} of ${partnerId} is not on record: it was decided by another installation.`,
    );
  };
}
