import * as z from 'zod';

export const certificateRow = z
  .object({
    /** `own`, or the partner's id. */
    owner: z.string(),
    /** Of the partner whose settings name it; '' for ours. */
    channel: z.string(),
    /** Ours, and shown in TLS to this partner alone. */
    shownTo: z.string().optional(),
    /** `exchange`: accepted from a message of the partner. */
    source: z.enum(['settings', 'exchange']),
    uses: z.array(z.enum(['sign', 'encrypt', 'tls', 'anchor', 'authority'])),
    state: z.enum(['active', 'accepted', 'retired', 'expired', 'untrusted', 'trusted', 'known']),
    /** What it does now. */
    duties: z.array(z.enum(['signs', 'decrypts', 'shown', 'verifies', 'encrypts', 'pinned'])),
    subject: z.string(),
    issuer: z.string(),
    serialNumber: z.string(),
    /** SHA-256, hexadecimal with colons. */
    fingerprint: z.string(),
    keyType: z.string(),
    /** 0 where the type has no sizes. */
    keyBits: z.int(),
    validFrom: z.string(),
    validTo: z.string(),
    /** Used for what we send from then on. */
    startsAt: z.string(),
    /** Of the settings. */
    from: z.string().optional(),
    until: z.string().optional(),
    /** Whole days to `validTo`; negative once it has passed. */
    daysLeft: z.int(),
    /** Another one, with a later end, takes over. */
    succeeded: z.boolean(),
    /** It ends within the days in which people are told, and nothing takes over. */
    endsSoon: z.boolean(),
    weaknesses: z.array(z.string()),
    /** Why it is not trusted, or what could not be found out about it; '' for nothing. */
    trouble: z.string(),
  })
  .meta({ id: 'Certificate' });

export const certificateList = z
  .object({
    /** Our AS2 identifier; absent where company.yaml has no AS2 station. */
    stationId: z.string().optional(),
    /** Ours first, then partner by partner. */
    records: z.array(certificateRow),
    revocationLists: z.array(
      z.object({
        partnerId: z.string(),
        channel: z.string(),
        /** The file or address of the settings. */
        source: z.string(),
        thisUpdate: z.string(),
        nextUpdate: z.string(),
        current: z.boolean(),
      }),
    ),
    /** What of the settings cannot be had, and why. */
    unreadable: z.array(z.object({ owner: z.string(), channel: z.string(), text: z.string() })),
  })
  .meta({ id: 'CertificateList' });
