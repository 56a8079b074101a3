import type { Instant } from '../../common/time.ts';
import type { CertificateList, CertificateRow } from '../../pipeline/ports/certificates.ts';
import type { Agreement } from './agreement.ts';
import { dutiesOfOurs, dutiesOfPartners } from './certificate-duties.ts';
import { FIRST_WARNING_DAYS, daysLeftOf, isAuthoritySucceeded, isSucceeded } from './certificate-end.ts';
import type { Certificate } from './certificate.ts';
import { chooseActive } from './choose-certificates.ts';
import type { HeldCertificate } from './choose-certificates.ts';
import type { As2Station } from './station.ts';
import type { TrustMaterial } from './trust/trust-material.ts';
import { judgeHeld } from './verifiers.ts';
import type { JudgedCertificate } from './verifiers.ts';

type Keys = As2Station['keys'];

/** Every certificate of the settings with its state; what cannot be read is told beside the others. Never throws. */
export async function listCertificates(
  { keys, agreements }: Pick<As2Station, 'keys' | 'agreements'>,
  at: Instant,
): Promise<CertificateList> {
  const parts = await Promise.all([
    listOurs(keys, at),
    ...agreements.map((agreement) => listShown(keys, agreement, at)),
    ...agreements.map((agreement) => listPartners(keys, agreement, at)),
  ]);
  return {
    certificates: parts.flatMap(({ certificates }) => certificates),
    revocationLists: parts.flatMap(({ revocationLists }) => revocationLists),
    unreadable: parts.flatMap(({ unreadable }) => unreadable),
  };
}

async function listOurs(keys: Keys, at: Instant): Promise<CertificateList> {
  const list = emptyList();
  try {
    const held = await keys.ownKeys();
    list.certificates = held.map((one) => ({
      ...rowOf(one, held, { owner: 'own', channel: '', at }),
      duties: dutiesOfOurs(one, held, at),
    }));
  } catch (error) {
    list.unreadable.push({ owner: 'own', channel: '', text: textOf(error) });
  }
  return list;
}

/** Ours that one partner alone is shown in TLS. */
async function listShown(keys: Keys, agreement: Agreement, at: Instant): Promise<CertificateList> {
  const { partnerId, channel } = agreement;
  const list = emptyList();
  try {
    const held = await keys.clientCertificates(agreement);
    list.certificates = held.map((one) => ({
      ...rowOf(one, held, { owner: 'own', channel, at }),
      shownTo: partnerId,
      duties: ['shown'],
    }));
  } catch (error) {
    list.unreadable.push({ owner: partnerId, channel, text: textOf(error) });
  }
  return list;
}

async function listPartners(keys: Keys, agreement: Agreement, at: Instant): Promise<CertificateList> {
  const { partnerId: owner, channel, settings } = agreement;
  const list = emptyList();
  const tell = (text: string) => list.unreadable.push({ owner, channel, text });
  try {
    const held = await keys.partnerCertificates(agreement);
    const judged = await judge(keys, agreement, held, at);
    list.certificates = held.map((one) => {
      const verdict = judged.find((each) => each.held === one)?.verdict;
      return {
        ...rowOf(one, held, { owner, channel, at, verdict }),
        duties: dutiesOfPartners(one, held, { agreement, at, trusted: verdict?.ok !== false }),
      };
    });
  } catch (error) {
    tell(textOf(error));
  }
  if (settings.trust === undefined) return list;
  try {
    const material = await keys.partnerTrust(agreement, settings.trust);
    list.certificates.push(...authorityRows({ owner, channel, at }, material));
    list.revocationLists = material.lists.map(({ source, thisUpdate, nextUpdate }) => ({
      ...{ partnerId: owner, channel, source, thisUpdate, nextUpdate },
      current: thisUpdate <= at && at < nextUpdate,
    }));
    material.troubles.forEach(tell);
  } catch (error) {
    tell(textOf(error));
  }
  return list;
}

/** Where the authorities cannot be read nothing is trusted. */
async function judge(
  keys: Keys,
  agreement: Agreement,
  held: readonly HeldCertificate[],
  at: Instant,
): Promise<readonly JudgedCertificate[]> {
  try {
    return (await judgeHeld({ keys }, agreement, at)) ?? [];
  } catch (error) {
    return held.map((one) => ({ held: one, verdict: { ok: false, reason: textOf(error) } }));
  }
}

interface Place {
  owner: string;
  channel: string;
  at: Instant;
}

function rowOf(
  one: HeldCertificate,
  held: readonly HeldCertificate[],
  { verdict, ...place }: Place & { verdict?: JudgedCertificate['verdict'] | undefined },
): CertificateRow {
  const { certificate, uses, from, until } = one;
  const { at } = place;
  const active = uses.some((use) => chooseActive(held, use, at) === one);
  const state =
    until !== undefined && until <= at
      ? 'retired'
      : certificate.validTo < at
        ? 'expired'
        : verdict?.ok === false
          ? 'untrusted'
          : active
            ? 'active'
            : 'accepted';
  return {
    ...describe(certificate, place),
    source: one.proposalId === undefined ? 'settings' : 'exchange',
    uses,
    state,
    startsAt: from ?? certificate.validFrom,
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    ...endingOf(certificate, at, isSucceeded(one, held) || state === 'retired'),
    trouble: verdict?.ok === false ? verdict.reason : (verdict?.unknown.join('; ') ?? ''),
  };
}

function authorityRows(place: Place, { anchors, authorities }: TrustMaterial): CertificateRow[] {
  const all = [...anchors, ...authorities];
  return all.map((one, index) => {
    const isAnchor = index < anchors.length;
    return {
      ...describe(one, place),
      source: 'settings',
      uses: [isAnchor ? 'anchor' : 'authority'],
      state: one.validTo < place.at ? 'expired' : isAnchor ? 'trusted' : 'known',
      startsAt: one.validFrom,
      ...endingOf(one, place.at, isAuthoritySucceeded(one, all)),
      trouble: '',
    };
  });
}

type Ending = Pick<CertificateRow, 'daysLeft' | 'succeeded' | 'endsSoon'>;

function endingOf(certificate: Certificate, at: Instant, succeeded: boolean): Ending {
  const left = daysLeftOf(certificate, at);
  return {
    daysLeft: Math.floor(left),
    succeeded,
    endsSoon: !succeeded && left > 0 && left <= FIRST_WARNING_DAYS,
  };
}

function describe(certificate: Certificate, { owner, channel }: Place) {
  const { subject, issuer, serialNumber, fingerprint, keyType, keyBits } = certificate;
  const { validFrom, validTo, weaknesses } = certificate;
  return {
    ...{ owner, channel, subject, issuer, serialNumber, fingerprint, keyType, keyBits },
    ...{ validFrom, validTo, weaknesses, duties: [] },
  };
}

function emptyList(): CertificateList {
  return { certificates: [], revocationLists: [], unreadable: [] };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
