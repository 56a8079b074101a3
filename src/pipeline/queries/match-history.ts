import type { Instant } from '../../common/time.ts';
import { recompute } from '../../tracking/match/recompute.ts';
import { whatIf } from '../../tracking/match/what-if.ts';
import type { WhatIf } from '../../tracking/match/what-if.ts';
import type { MatchPolicy } from '../../tracking/match/policy.ts';
import type { MatchDecisionRecord } from '../order-records.ts';
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

/** Decides the newest decision of each invoice since an instant under another policy. Nothing is written. */
export async function matchWhatIf(
  store: Store,
  since: Instant,
  change: (policy: MatchPolicy) => MatchPolicy,
): Promise<WhatIf> {
  const newest = new Map<string, MatchDecisionRecord>();
  for await (const record of eachRecord(store, 'matchDecisions', {
    where: { createdAt: { gte: since } },
    orderBy: 'createdAt',
  })) {
    newest.set(record.invoiceId, record);
  }
  return whatIf(
    [...newest.values()].map((record) => record.decision),
    change,
    sha256Of,
  );
}
