import type { Instant } from '../../common/time.ts';
import type { CertificateExchange } from './certificate-exchange.ts';

/** `anchor` and `authority`: by them the partner's certificates are trusted. */
export type CertificateUse = 'sign' | 'encrypt' | 'tls' | 'anchor' | 'authority';

/**
 * `accepted`: in what comes in only, because another one is newer or its time has not come. Of authorities: `trusted` where paths
 * end at it, `known` between.
 */
export type CertificateState =
  'active' | 'accepted' | 'retired' | 'expired' | 'untrusted' | 'trusted' | 'known';

/**
 * What it does at this moment. Ours: `signs` what we send, `decrypts` what comes in, is `shown` in TLS. The partner's: `verifies` what
 * he signs, is what we `encrypts` for, is `pinned` for TLS.
 */
export type CertificateDuty = 'signs' | 'decrypts' | 'shown' | 'verifies' | 'encrypts' | 'pinned';

/** A certificate of the settings as people look at it; nothing of it is secret. */
export interface CertificateRow {
  /** `own`, or the partner's id. */
  owner: string;
  /** Of the partner whose settings name it; '' for ours. */
  channel: string;
  /** Ours, and shown in TLS to this partner alone. */
  shownTo?: string;
  /** `exchange`: the partner has proposed it by message, and a person or his settings have accepted it. */
  source: 'settings' | 'exchange';
  uses: readonly CertificateUse[];
  state: CertificateState;
  duties: readonly CertificateDuty[];
  subject: string;
  issuer: string;
  /** Hexadecimal. */
  serialNumber: string;
  /** SHA-256, hexadecimal with colons. */
  fingerprint: string;
  keyType: string;
  /** 0 where the type has no sizes. */
  keyBits: number;
  validFrom: Instant;
  validTo: Instant;
  /** Used for what we send from then on: `from` of the settings, else `validFrom`. */
  startsAt: Instant;
  /** As the settings say. */
  from?: Instant;
  until?: Instant;
  /** Whole days to `validTo`; negative once it has passed. */
  daysLeft: number;
  /** Another one of the settings, with a later end, takes over. */
  succeeded: boolean;
  /** It ends within the days in which people are told, and nothing takes over. */
  endsSoon: boolean;
  weaknesses: readonly string[];
  /** Why it is `untrusted`, or what could not be found out about it; '' for nothing. */
  trouble: string;
}

/** A revocation list by which a partner's certificates are judged. */
export interface RevocationListRow {
  partnerId: string;
  channel: string;
  /** The file or address of the settings. */
  source: string;
  thisUpdate: Instant;
  nextUpdate: Instant;
  /** It is after `thisUpdate` and before `nextUpdate`. */
  current: boolean;
}

/** Settings whose certificates, authorities or lists cannot be had, and why. */
export interface UnreadableSettings {
  /** `own`, or the partner's id. */
  owner: string;
  channel: string;
  text: string;
}

export interface CertificateList {
  /** Ours first, then partner by partner in the order of the settings. */
  certificates: CertificateRow[];
  revocationLists: RevocationListRow[];
  unreadable: UnreadableSettings[];
}

/** The certificates of an AS2 station and its partners, as the settings have them now. */
export interface CertificateDirectory {
  /** AS2 identifier of the station. */
  readonly stationId: string;
  /** Those that are proposed by messages. */
  readonly exchange: CertificateExchange;
  list(): Promise<CertificateList>;
  /** A certificate as PEM, by its SHA-256 fingerprint, colons or not. Throws NOT_FOUND. */
  read(fingerprint: string): Promise<{ owner: string; pem: string }>;
}
