import type { Certificate } from './types.ts';

/** How a certificate stands for whoever looks after it: its state, or what is urgent about it. */
export type Standing = Certificate['state'] | 'endsSoon' | 'upcoming' | 'replaced';

/** The most urgent first. */
export const STANDINGS: readonly Standing[] = [
  ...(['expired', 'untrusted', 'endsSoon', 'upcoming', 'active'] as const),
  ...(['accepted', 'retired', 'replaced', 'trusted', 'known'] as const),
];

export function standingOf(certificate: Certificate, now: Date): Standing {
  const { state, endsSoon, startsAt } = certificate;
  if (isReplaced(certificate)) return 'replaced';
  if (state === 'retired' || state === 'expired' || state === 'untrusted') return state;
  if (endsSoon) return 'endsSoon';
  return state === 'accepted' && Date.parse(startsAt) > now.getTime() ? 'upcoming' : state;
}

function isReplaced({ state, succeeded }: Certificate): boolean {
  return state === 'expired' && succeeded;
}

export function isAuthority({ uses }: Certificate): boolean {
  return uses.some((use) => use === 'anchor' || use === 'authority');
}

/** What ends first stands first; what is retired or replaced comes last. */
export function sortByEnd(certificates: readonly Certificate[]): Certificate[] {
  const key = (one: Certificate): string =>
    `${one.state === 'retired' || isReplaced(one) ? 1 : 0} ${one.validTo}`;
  return [...certificates].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Its fingerprint without colons: how addresses name it. */
export function idOf({ fingerprint }: Pick<Certificate, 'fingerprint'>): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

/** Those that take over from one another: of one owner, by one channel. */
export function listSiblings(of: Certificate, all: readonly Certificate[]): Certificate[] {
  return all
    .filter(
      (one) =>
        one.owner === of.owner &&
        one.channel === of.channel &&
        one.shownTo === of.shownTo &&
        !isAuthority(one) &&
        one.uses.some((use) => of.uses.includes(use)),
    )
    .sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
}

/** When a certificate is taken in what comes in, and when it is used for what goes out. */
export interface CertificateSpan {
  certificate: Certificate;
  accepted: readonly [from: number, to: number];
  /** Undefined where nothing goes out with it, or its turn never comes. */
  used: readonly [from: number, to: number] | undefined;
}

/** The newest whose time has come is used: each until the next one begins. In milliseconds since 1970. */
export function toSpans(siblings: readonly Certificate[]): CertificateSpan[] {
  return siblings.map((certificate) => {
    const { validFrom, validTo, until, startsAt } = certificate;
    const begin = Date.parse(validFrom);
    const end = Math.max(begin, Math.min(Date.parse(validTo), Date.parse(until ?? validTo)));
    const use = outgoingUse(certificate);
    const next = siblings.filter((one) => one.startsAt > startsAt && outgoingUse(one) === use);
    const stop = Math.min(end, ...next.map((one) => Date.parse(one.startsAt)));
    const start = Math.max(begin, Date.parse(startsAt));
    return {
      certificate,
      accepted: [begin, end],
      used:
        use !== undefined && certificate.state !== 'untrusted' && stop > start ? [start, stop] : undefined,
    };
  });
}

/** We sign with ours and encrypt for the partner's. */
function outgoingUse({ owner, uses }: Certificate): Certificate['uses'][number] | undefined {
  const candidates = owner === 'own' ? (['sign', 'tls'] as const) : (['encrypt'] as const);
  return candidates.find((use) => uses.includes(use));
}
