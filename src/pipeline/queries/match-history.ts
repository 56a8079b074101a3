import type { Instant } from '../../common/time.ts';
import { recompute } from '../../tracking/match/recompute.ts';
import { WhatIfTrial } from '../../tracking/match/what-if.ts';
import type { WhatIf } from '../../tracking/match/what-if.ts';
import type { MatchPolicy } from '../../tracking/match/policy.ts';
import type { Store } from '../ports/store.ts';
import { sha256Of } from '../unit-of-work.ts';
import { eachRecord } from './scan.ts';

export interface RecomputeReport {
  decisions: number;
  differences: { decisionId: string; invoiceId: string; paths: string[] }[];
}

/** Decides every match decision on record again from its own input: each must come out the same, hash and all. */
export async function recomputeAll(store: Store): Promise<RecomputeReport> {
  const report: RecomputeReport = { decisions: 0, differences: [] };
  for await (const record of eachRecord(store, 'matchDecisions', { orderBy: 'createdAt' })) {
    const { same, differences } = recompute(record.decision, sha256Of);
    report.decisions += 1;
    if (!same)
      report.differences.push({ decisionId: record.id, invoiceId: record.invoiceId, paths: differences });
  }
  return report;
}

/**
 * Decides the newest decision of each invoice since an instant under another policy. Nothing is written. The decisions are
 * read one by one: they hold everything that they were made of, and history may be long.
 */
export async function matchWhatIf(
  store: Store,
  { since, partnerId }: { since: Instant; partnerId?: string | undefined },
  change: (policy: MatchPolicy) => MatchPolicy,
): Promise<WhatIf> {
  const newest = new Map<string, string>();
  const query = { where: { createdAt: { gte: since } }, orderBy: 'createdAt' } as const;
  for await (const { id, invoiceId } of eachRecord(store, 'matchDecisions', query)) newest.set(invoiceId, id);
  const trial = new WhatIfTrial(change, sha256Of);
  for (const id of newest.values()) {
    const record = await store.get('matchDecisions', id);
    if (record === undefined) continue;
    if (partnerId === undefined || record.decision.invoice.supplierId === partnerId)
      trial.add(record.decision);
  }
  return trial.result();
}
