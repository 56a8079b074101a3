import * as z from 'zod';
import { layerSchema } from '../edi/grammar/index.ts';
import { channelSchema } from './channel-schema.ts';
import type { ChannelSettings } from './channel-schema.ts';
import { edifactSchema, x12Schema, xmlSchema } from './envelope-schema.ts';
import { leniencySchema } from './leniency-schema.ts';
import { calendarSchema, itemPolicySchema, policySchema } from './policy-schema.ts';
import { code, limitSetting, mapId, name, slug } from './settings.ts';

/** A channel is found by its name. */
function refuseRepeatedNames(channels: readonly ChannelSettings[], context: z.RefinementCtx): void {
  for (const [index, { name }] of channels.entries()) {
    if (channels.findIndex((channel) => channel.name === name) === index) continue;
    const message = `the name "${name}" of another channel; give each channel of a partner a "name" of its own`;
    context.addIssue({ code: 'custom', path: [index, 'name'], message });
  }
}

/** One map, or several where several transaction sets are the same document (855 and 865). */
const maps = z
  .union([mapId, z.array(mapId).min(1)])
  .transform((value) => (Array.isArray(value) ? value : [value]));

/** Which map reads (`in`, from the partner) and which writes (`out`, to the partner) a document. */
const directions = z
  .strictObject({
    /** Reads what the partner sends. */
    in: maps,
    /** Writes what we send. */
    out: maps,
  })
  .partial()
  .refine((value) => value.in !== undefined || value.out !== undefined, { error: 'a map for "in" or "out"' });

/** Canonical document type → maps. */
const documentsSchema = z
  .strictObject({
    order: directions,
    orderChange: directions,
    orderResponse: directions,
    despatchAdvice: directions,
    receiptAdvice: directions,
    invoice: directions,
    creditNote: directions,
    applicationAdvice: directions,
  })
  .partial();

/** Functional acknowledgments in both directions (5.11). XML has none. */
const acknowledgmentsSchema = z
  .strictObject({
    send: z
      .strictObject({
        /** 997 or CONTRL for what the partner sends. */
        functional: z.enum(['always', 'onRequest', 'never']).default('always'),
        /** 999 instead of 997, for groups of 005010 and later. */
        implementation: z.boolean().default(false),
        /** 997: list accepted sets too (AK2 loops). */
        acceptedSets: z.boolean().default(true),
        /** 997: sets with small faults are E, accepted with errors, instead of R. */
        acceptWithErrors: z.boolean().default(false),
        /** TA1: `onRequest` answers ISA14 = 1. */
        interchange: z.enum(['always', 'onRequest', 'never']).default('onRequest'),
      })
      .prefault({}),
    expect: z
      .strictObject({
        /** Whether the partner answers what we send with a 997 or CONTRL. */
        functional: z.boolean().default(true),
        /** Overdue after so many hours; no automatic resend ever. */
        withinHours: z.int().positive().default(24),
        /** How long an answer can be matched to its group before numbers may have rolled over. */
        matchWindowDays: z.int().positive().default(90),
      })
      .prefault({}),
  })
  .prefault({});

/** Control numbers of what we send, and how strictly theirs are watched (5.12). */
const controlNumbersSchema = z
  .strictObject({
    /** ST02 / UNH 0062: from 0001 in each group, or one sequence. */
    transaction: z.enum(['perGroup', 'continuous']).default('perGroup'),
    /** GS06: one sequence per partner, or one per functional id. */
    group: z.enum(['perPartner', 'perFunctionalId']).default('perPartner'),
    /** First number of a new sequence, to go on from a system that is replaced. */
    start: z.int().min(1).max(999_999_999).default(1),
    /** `strict`: a number that is left out becomes an exception. `monotonic`: one that goes back is logged. */
    gaps: z.enum(['off', 'monotonic', 'strict']).default('monotonic'),
    /** With `strict`: how long a missing number may still come. */
    gapGraceHours: z.int().positive().default(4),
    /** The same number within this time is a duplicate. */
    duplicateDays: z.int().positive().default(30),
  })
  .prefault({});

/** A person or a desk of the partner: who gets notices. */
const contact = z.strictObject({
  /** Of the person or desk. */
  name,
  /** For whoever passes notices on. */
  email: z.email({ error: 'an e-mail address' }).optional(),
  /** The same. */
  phone: name.optional(),
  /** `escalation` is told where a notice is for the second contact, the others of every notice to the partner. */
  role: z.enum(['orders', 'escalation', 'edi', 'invoices']),
});

const payeeSchema = z.strictObject({
  /** Approved bank accounts (IBAN or as the partner writes them). */
  accountIds: z.array(name).min(1).optional(),
  /** Parties that may be paid instead of the seller: GLN, DUNS … */
  remitToIds: z.array(name).min(1).optional(),
  /** Under which the partner appears as seller on invoices; absent = not checked (M1). */
  partyIds: z.array(name).min(1).optional(),
  /** Other partners whose orders this one may bill, by their folder names. */
  affiliateIds: z.array(slug).min(1).optional(),
  /** Tax rates in percent that the partner may bill, for lines whose order states none. */
  taxRates: z.array(limitSetting).min(1).optional(),
  /** Agreed where the order states none; other terms on an invoice are noted (M15). */
  paymentTerms: z
    .strictObject({
      /** Days to pay in. */
      netDays: z.int().nonnegative(),
      /** Off when it is paid within `discountDays`. */
      discountPercent: limitSetting,
      /** Days of the discount. */
      discountDays: z.int().nonnegative(),
    })
    .partial()
    .optional(),
});

/** Everything that Tradelane needs to know of one trading partner: the content of `partners/<id>/partner.yaml`. */
export const partnerSchema = z
  .strictObject({
    /** The name of the folder, and the partner's id everywhere. */
    partner: slug,
    /** For people. */
    name,
    /** `onboarding` exchanges test data only. `suspended` stops the traffic: nothing is fetched or sent, what the partner posts is refused, and what waits is told. */
    status: z.enum(['onboarding', 'active', 'suspended']).default('active'),
    accounts: z
      .strictObject({
        /** The partner's number in the ERP: an order whose seller has it goes to this partner. Orders may also name the partner's id or an identity. */
        supplierId: code.optional(),
      })
      .prefault({}),
    /** X12: who the partner is, and what we write. */
    x12: x12Schema.optional(),
    /** EDIFACT: who the partner is, and what we write. */
    edifact: edifactSchema.optional(),
    /** UBL and cXML: who the partner is. */
    xml: xmlSchema.optional(),
    /** Ways to the partner and back: docs/transports.md. */
    channels: z.array(channelSchema).min(1).superRefine(refuseRepeatedNames),
    /** The maps of each document. */
    documents: documentsSchema,
    acknowledgments: acknowledgmentsSchema,
    controlNumbers: controlNumbersSchema,
    /** Faults that are forgiven: docs/leniency.md. */
    leniency: leniencySchema.prefault({}),
    /** What this partner's guide narrows in the base dictionary: required, forbidden, allowed codes, repeats, lengths. */
    restrictions: layerSchema.shape.restrictions.default([]),
    calendar: calendarSchema.prefault({}),
    contacts: z.array(contact).default([]),
    /** What is agreed, where it differs from company.yaml. */
    policy: policySchema.prefault({}),
    /** Whom and how we pay; a document that says otherwise is blocked (M18). Absent lists are not checked. */
    payee: payeeSchema.prefault({}),
    /** Single articles. */
    items: z.array(itemPolicySchema).default([]),
    /** Currency where a document names none. */
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as "EUR"')
      .optional(),
  })
  .refine(({ x12, edifact, xml, accounts }) => (x12 ?? edifact ?? xml ?? accounts.supplierId) !== undefined, {
    error:
      'at least one of x12, edifact, xml with the identities of the partner; or, for CSV and JSON only, accounts.supplierId',
    path: ['partner'],
  });

export type Partner = z.output<typeof partnerSchema>;
export type Contact = z.output<typeof contact>;
export type RoutedDocument = keyof z.output<typeof documentsSchema>;
