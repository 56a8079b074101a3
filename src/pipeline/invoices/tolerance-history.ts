import type { Instant } from '../../common/time.ts';
import { resolveMatchPolicy } from '../../partners/resolve-match-policy.ts';
import type { MatchPolicy } from '../../tracking/match/policy.ts';
import { stableText } from '../../tracking/stable-text.ts';
import { recordAudit } from '../audit.ts';
import type { PipelineContext } from '../context.ts';
import { retryOnConflict } from '../work/retry.ts';
import { sha256Of, UnitOfWork } from '../unit-of-work.ts';

/** As many changes of one partner as are kept; each is in the audit log for good. */
const MAX_CHANGES = 100;

interface ToleranceChange {
  at: Instant;
  /** '' = not told. */
  by: string;
}

interface ToleranceHistory {
  /** Digest of everything that decides whether an invoice passes. */
  digest: string;
  changes: ToleranceChange[];
}

/**
 * Notices, when the gateway starts, that the limits of the match are others than at the last start, and keeps who changed
 * them: who loosens a limit may not accept what is held for a while. `author` is the setting TRADELANE_CONFIG_AUTHOR.
 */
export async function recordToleranceChanges(context: PipelineContext, author: string): Promise<void> {
  const { company, partners } = context.partners;
  for (const partner of partners) {
    const digest = sha256Of(stableText(limitsOf(resolveMatchPolicy(company, partner))));
    await retryOnConflict(async () => {
      const unit = new UnitOfWork(context.store);
      const known = await unit.get('settings', idOf(partner.partner));
      const before = known?.value as ToleranceHistory | undefined;
      if (before?.digest === digest) return;
      const change = { at: context.clock.now(), by: author };
      const changes = before === undefined ? [] : [...before.changes, change].slice(-MAX_CHANGES);
      const value: ToleranceHistory = { digest, changes };
      const record = { id: idOf(partner.partner), revision: known?.revision ?? 0, value };
      if (known === undefined) unit.insert('settings', record);
      else unit.update('settings', record);
      if (before !== undefined) {
        await recordAudit(unit, context, {
          actor: { name: author === '' ? 'unknown' : author, roles: [] },
          action: 'tolerances.changed',
          subject: `partner:${partner.partner}`,
          details: { from: before.digest, to: digest },
        });
      }
      await unit.commit();
    });
  }
}

export async function loadToleranceChanges(unit: UnitOfWork, partnerId: string): Promise<ToleranceChange[]> {
  const record = await unit.get('settings', idOf(partnerId));
  return (record?.value as ToleranceHistory | undefined)?.changes ?? [];
}

function idOf(partnerId: string): string {
  return `tolerances/${partnerId}`;
}

/** The policy without its version, which changes with every edit of the file. */
function limitsOf({ tolerances, modes, ...policy }: MatchPolicy): unknown {
  return {
    ...policy,
    version: '',
    tolerances: tolerances.map((rule) => ({ ...rule, version: '' })),
    modes: modes.map((rule) => ({ ...rule, version: '' })),
  };
}
