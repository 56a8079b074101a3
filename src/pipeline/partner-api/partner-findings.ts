import type { Finding } from '../../common/finding.ts';

/** Findings that name other partners, or tell by their being there that there is one. */
const ABOUT_SENDERS: ReadonlySet<string> = new Set([
  'AMBIGUOUS_PARTNER',
  'FOREIGN_SENDER',
  'PARTNER_SUSPENDED',
  'UNKNOWN_PARTNER',
]);

/**
 * A finding as the partner may read it who sent the file. With whom else we trade, and by which identities, is not his business: of
 * a sender who is not himself he learns only that, whether there is such a partner or not.
 */
export function toPartnerFinding(finding: Finding): Finding {
  if (!ABOUT_SENDERS.has(finding.code)) return finding;
  return {
    code: 'FOREIGN_SENDER',
    severity: finding.severity,
    message:
      'The envelope does not name a sender that was agreed on for this channel. Nothing of it was applied',
    place: {},
  };
}
