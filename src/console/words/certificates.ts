import type { Standing } from '../data/certificates.ts';
import { isAuthority, standingOf } from '../data/certificates.ts';
import type { Certificate, CertificateProposal } from '../data/types.ts';
import { formatCount, formatDate, humanise } from './format.ts';

const USES: Record<Certificate['uses'][number] | CertificateProposal['uses'][number], string> = {
  sign: 'signing',
  encrypt: 'encryption',
  tls: 'TLS',
  tlsServer: 'TLS as a server',
  tlsClient: 'TLS as a client',
  anchor: 'trusted authority',
  authority: 'authority between',
};

const DUTIES: Record<Certificate['duties'][number], string> = {
  signs: 'We sign with it',
  decrypts: 'Opens what partners encrypt for it',
  shown: 'We show it when we connect',
  verifies: 'What they sign is checked with it',
  encrypts: 'We encrypt for it',
  pinned: 'They have to show it for TLS',
};

/** `ACME 2027`: the common name, where there is one. */
export function nameOfSubject(subject: string): string {
  return /(?:^|, )CN=((?:[^,\\]|\\.)+)/.exec(subject)?.[1] ?? subject;
}

/** `F1:70:6F:FE`: tells certificates of one name apart, and proves nothing. */
export function shortFingerprint({ fingerprint }: Pick<Certificate, 'fingerprint'>): string {
  return fingerprint.slice(0, 11);
}

export function describeUses({ uses }: Pick<Certificate | CertificateProposal, 'uses'>): string {
  const text = uses.map((use) => USES[use]).join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function describeDuties(certificate: Certificate): string[] {
  if (isAuthority(certificate)) return ['Certificates of the partner have to come from it'];
  const { duties } = certificate;
  return duties.length === 0 ? ['Nothing'] : duties.map((duty) => DUTIES[duty]);
}

/** `RSA, 2,048 bits`. */
export function describeKey({ keyType, keyBits }: Pick<Certificate, 'keyType' | 'keyBits'>): string {
  const name = /^(rsa|ec|dsa)/.test(keyType) ? keyType.toUpperCase() : humanise(keyType);
  return keyBits === 0 ? name : `${name}, ${formatCount(keyBits, 'bit')}`;
}

const URGENT: Partial<Record<Standing, readonly [one: string, many: string]>> = {
  expired: ['has expired', 'have expired'],
  untrusted: ['is not trusted', 'are not trusted'],
  endsSoon: ['ends soon', 'end soon'],
};

/** `2 have expired`. */
export function wordsOfUrgent(standing: Standing, count: number): string {
  const [one, many] = URGENT[standing] ?? ['', ''];
  return `${count} ${count === 1 ? one : many}`;
}

/** `46 days left`, `ended 5 days ago`. */
export function describeDaysLeft(daysLeft: number): string {
  if (daysLeft < 0) return `ended ${formatCount(-daysLeft, 'day')} ago`;
  return daysLeft === 0 ? 'ends within a day' : `${formatCount(daysLeft, 'day')} left`;
}

/** Four lines of four groups, as they are read out. */
export function groupFingerprint(fingerprint: string): string[][] {
  const groups = fingerprint.replaceAll(':', '').match(/.{1,4}/g) ?? [];
  return Array.from({ length: Math.ceil(groups.length / 4) }, (_, line) =>
    groups.slice(line * 4, line * 4 + 4),
  );
}

/** Something to do: in words, names of settings between backticks, with the command for it where there is one. */
export interface Step {
  text: string;
  command?: string;
}

/** What to do about a certificate now (docs/as2.md, certificate rollover). */
export function listSteps(certificate: Certificate, siblings: readonly Certificate[], now: Date): Step[] {
  const standing = standingOf(certificate, now);
  const own = certificate.owner === 'own';
  const successor = siblings.find(
    (other) => other.startsAt > certificate.startsAt && other.validTo > certificate.validTo,
  );
  if (standing === 'retired') {
    return [
      { text: 'Nothing is taken or sent with it any more. Its line can be removed from the settings.' },
    ];
  }
  if (standing === 'untrusted') return untrustedSteps();
  if (isAuthority(certificate)) return authoritySteps(standing);
  if (standing === 'upcoming') return upcomingSteps(certificate, own);
  if (standing === 'expired' || standing === 'endsSoon') {
    return own ? renewOwn(certificate) : renewPartner(certificate);
  }
  if (successor !== undefined || standing === 'accepted' || standing === 'replaced') {
    return replacedSteps(certificate, successor, { own, now });
  }
  return [{ text: 'Nothing. An exception tells 60, 30, 14, 7 and 1 days before its end.' }];
}

function renewOwn({ validTo, shownTo }: Certificate): Step[] {
  const name = yearOf(validTo);
  if (shownTo !== undefined) {
    return [
      {
        text: `Have a new one issued as this one was, agree on the moment with the partner, and replace the file or secret that \`tls.clientCertificate\` of \`partners/${shownTo}/partner.yaml\` names, with its key. Both are read again within seconds.`,
      },
    ];
  }
  return [
    {
      text: 'Make a new key and certificate, send the file to every partner, and agree on the moment of the switch.',
      command: `tradelane as2 certificate new --name ${name} --output ours-${name}.crt`,
    },
    {
      text: 'Put the line that the command prints under `as2.certificates` of `company.yaml`, beside the old one, with `from:` that moment. Restart.',
    },
    {
      text: 'Give the old one `until:` only when every partner encrypts for the new one.',
      command: 'tradelane as2 certificate list',
    },
  ];
}

function renewPartner({ owner, validTo, uses }: Certificate): Step[] {
  const name = yearOf(validTo);
  return [
    { text: 'Ask the partner for his next certificate and for the moment from which he uses it.' },
    {
      text: 'Import it, and compare the SHA-256 fingerprint with him by telephone.',
      command: `tradelane as2 certificate import ${owner}-${name}.crt --partner ${owner} --name ${name}`,
    },
    {
      text: `Put the line that the command prints under \`certificates\` in \`partners/${owner}/partner.yaml\`, beside the old one, with ${usesSetting(uses)}\`from:\` that moment. Restart. From then on what he signs with either is accepted.`,
    },
    { text: 'After his switch has worked, give the old one `until:`, and remove it later.' },
  ];
}

/** What a line needs where it is not for signing and encryption, as it is without it. */
function usesSetting(uses: Certificate['uses']): string {
  return uses.join() === 'sign,encrypt' ? '' : `\`uses: [${uses.join(', ')}]\` and `;
}

function upcomingSteps({ startsAt, owner }: Certificate, own: boolean): Step[] {
  const day = formatDate(startsAt.slice(0, 10));
  return own
    ? [
        {
          text: `Every partner has to have it before ${day}: send the PEM file, and compare its fingerprint.`,
        },
        { text: `From ${day} on we sign with it. What partners encrypt for it is opened already.` },
      ]
    : [
        {
          text: `Compare its fingerprint with the partner by telephone before ${day}, if that is not done yet.`,
        },
        {
          text: `From ${day} on we encrypt for it. What he signs with it is accepted already; the channel test shows both.`,
          command: `tradelane channel test ${owner}`,
        },
      ];
}

function replacedSteps(
  { owner, until, source }: Certificate,
  successor: Certificate | undefined,
  { own, now }: { own: boolean; now: Date },
): Step[] {
  const name =
    successor === undefined
      ? 'Another one'
      : `${nameOfSubject(successor.subject)} (${shortFingerprint(successor)})`;
  const begun = successor === undefined || Date.parse(successor.startsAt) <= now.getTime();
  const first = begun
    ? `${name} has taken over.`
    : `${name} takes over on ${formatDate(successor.startsAt.slice(0, 10))}.`;
  if (until !== undefined)
    return [{ text: `${first} This one retires on ${formatDate(until.slice(0, 10))}.` }];
  if (source === 'exchange') {
    return [
      {
        text: `${first} It came by a message of the partner: withdraw it under Certificates when he does not use it any more.`,
      },
    ];
  }
  return [
    {
      text: own
        ? `${first} Give this one \`until:\` in \`company.yaml\` only when every partner encrypts for the new one.`
        : `${first} When the partner’s switch has worked, give this one \`until:\` in \`partners/${owner}/partner.yaml\`, and remove it later.`,
    },
  ];
}

function untrustedSteps(): Step[] {
  return [
    {
      text: 'What it signs is refused, and nothing is encrypted for it. Ask the partner by telephone what has happened.',
    },
    {
      text: 'Where he has a new certificate, import it. Where his authority is another one now, or a revocation list is missing, change `trust` in his `partner.yaml`.',
    },
  ];
}

function authoritySteps(standing: Standing): Step[] {
  if (standing !== 'endsSoon' && standing !== 'expired') {
    return [{ text: 'Nothing. An exception tells 60 days before its end.' }];
  }
  return [
    {
      text: 'Ask the partner for the authority’s next certificate, and put it beside the old one under `trust` in his `partner.yaml`. What rests on the old one alone counts no longer after its end.',
    },
  ];
}

function yearOf(instant: string): string {
  return instant.slice(0, 4);
}
