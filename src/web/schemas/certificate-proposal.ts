import * as z from 'zod';

export const proposalStatus = z.enum(['open', 'accepted', 'rejected', 'expired', 'withdrawn']);
export const proposalDirection = z.enum(['inbound', 'outbound']);

export const certificateProposal = z
  .object({
    id: z.string(),
    /** `inbound`: the partner's, proposed to us; `outbound`: ours, proposed to him. */
    direction: proposalDirection,
    partnerId: z.string(),
    channel: z.string(),
    /** Certificates of one request are answered together. */
    requestId: z.string(),
    /** `expired`: its answer was due and nobody had decided; it may still be decided. */
    status: proposalStatus,
    uses: z.array(z.enum(['sign', 'encrypt', 'tlsServer', 'tlsClient'])),
    certificate: z.object({
      subject: z.string(),
      issuer: z.string(),
      serialNumber: z.string(),
      /** SHA-256, hexadecimal with colons: to be compared by telephone. */
      fingerprint: z.string(),
      validFrom: z.string(),
      validTo: z.string(),
      keyType: z.string(),
      /** 0 where the type has no sizes. */
      keyBits: z.int(),
      weaknesses: z.array(z.string()),
    }),
    createdAt: z.string(),
    /** When the answer is due; '' for never. */
    respondBy: z.string(),
    /** SHA-256 fingerprint of the certificate that signed the request; '' outbound. */
    signedBy: z.string(),
    /** A certificate of the partner's that is in force has the same subject. */
    sameSubject: z.boolean(),
    /** Accepted, inbound: used for what we send from then on. */
    activeFrom: z.string().optional(),
    decidedAt: z.string().optional(),
    /** `system`, a person, or the partner's AS2 identifier. */
    decidedBy: z.string().optional(),
    reason: z.string().optional(),
    /** The AS2 message that brought it; '' outbound. */
    as2MessageId: z.string(),
    /** The file that holds our request or our answer; '' before there is one. */
    fileId: z.string(),
  })
  .meta({ id: 'CertificateProposal' });
