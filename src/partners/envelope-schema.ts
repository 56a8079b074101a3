import * as z from 'zod';
import { code, name } from './settings.ts';

const usage = z.enum(['production', 'test']);

/** One character of a delimiter set; control characters by their YAML escape: "\n", "\x15". */
const delimiter = z.string().length(1, 'one character');

/** One X12 identity: ISA qualifier and id, GS application id. Ids are compared trimmed and case-sensitive. */
const x12Identity = z.strictObject({
  /** ISA05 / ISA07: `01`, `12`, `ZZ` … */
  qualifier: z.string().length(2, 'two characters such as "ZZ"'),
  /** ISA06 / ISA08, without padding. */
  id: code.max(15),
  /** GS02 / GS03. Absent: equal to `id`, and on input any. */
  applicationId: code.min(2).max(15).optional(),
  /** `test`: for test data alone. */
  usage: usage.default('production'),
  /** Only for groups of these functional ids (GS01): `[PR, SH]`. */
  functionalIds: z.array(z.string().length(2)).min(1).optional(),
  /** Only for groups whose GS08 begins with one of these. */
  releases: z.array(z.string().min(3)).min(1).optional(),
});

const edifactIdentity = z.strictObject({
  /** UNB 0004 / 0010. */
  id: code.max(35),
  /** UNB 0007: 14 = GLN, ZZZ, absent. */
  qualifier: z.string().min(1).max(4).optional(),
  /** UNB 0008 / 0014. */
  internalId: code.max(35).optional(),
  /** `test`: for test data alone. */
  usage: usage.default('production'),
});

const xmlIdentity = z.strictObject({
  /** EndpointID or PartyIdentification of the document, Identity of a cXML credential. */
  id: code,
  /** schemeID: 0088 = GLN, 0060 = DUNS; the domain of a cXML credential. Absent: any. */
  scheme: code.optional(),
  /** `test`: for test data alone. */
  usage: usage.default('production'),
});

const charset = z.enum(['us-ascii', 'iso-8859-1', 'utf-8']);

/**
 * The characters of what the partner sends. Absent in X12: UTF-8 where a value is that, else ISO 8859-1. Absent in EDIFACT: what
 * UNB declares (UNOC = ISO 8859-1).
 */
const inboundCharset = z
  .enum([
    'utf-8',
    'windows-1252',
    'iso-8859-1',
    'iso-8859-2',
    'iso-8859-5',
    'iso-8859-7',
    'iso-8859-9',
    'iso-8859-15',
  ])
  .optional();

/** What to do with a character that is a delimiter, or that the partner's character set lacks. */
const onUnsendable = z.enum(['refuse', 'replace']);

export const x12Schema = z.strictObject({
  /** The partner in the envelope. Any of them is understood; the first that fits is sent to. */
  identities: z.array(x12Identity).min(1),
  /** Us towards this partner, where it differs from company.yaml. */
  ourIdentities: z.array(x12Identity).min(1).optional(),
  /** ISA15 of what we send. */
  usage: usage.default('production'),
  /** GS08 of what we send, industry suffix included: `004010VICS`. */
  version: name.default('004010'),
  /** ISA12 of what we send. */
  interchangeVersion: z.string().length(5).default('00401'),
  /** GS07. */
  agency: z.enum(['X', 'T']).default('X'),
  /** ISA14 of what we send: ask for a TA1. */
  requestInterchangeAcknowledgment: z.boolean().default(false),
  /** What we write with; what comes in says its own. */
  delimiters: z
    .strictObject({
      /** Between elements. */
      elementSeparator: delimiter.default('*'),
      /** Between components of a composite. */
      componentSeparator: delimiter.default('>'),
      /** After each segment. */
      segmentTerminator: delimiter.default('~'),
      /** ISA11; from 00402 on a separator, before that the letter U. */
      repetitionSeparator: delimiter.default('^'),
      /** Line break after the terminator. */
      segmentSuffix: z.enum(['', '\n', '\r\n']).default('\n'),
    })
    .prefault({}),
  /** Characters of what we send. */
  charset: charset.default('us-ascii'),
  /** Characters of what the partner sends; without it X12 is read as UTF-8 or ISO 8859-1, EDIFACT as UNB declares (UNOC = ISO 8859-1). */
  inboundCharset,
  /** A character that is a delimiter, or that the partner's character set lacks. */
  onUnsendable: onUnsendable.default('replace'),
});

export const edifactSchema = z.strictObject({
  /** The partner in the envelope. Any of them is understood; the first that fits is sent to. */
  identities: z.array(edifactIdentity).min(1),
  /** Us towards this partner, where it differs from company.yaml. */
  ourIdentities: z.array(edifactIdentity).min(1).optional(),
  /** UNB 0035. */
  usage: usage.default('production'),
  /** UNB S001. */
  syntax: z
    .string()
    .regex(/^UNO[A-Y]:[1-4]$/, 'a syntax identifier such as "UNOC:3"')
    .default('UNOC:3'),
  /** UNH 0052 and 0054 of what we send. Absent: that of the map. */
  release: z
    .string()
    .regex(/^D\.\d\d[AB]$/, 'a directory such as "D.96A"')
    .optional(),
  /** UNH 0057 of each message that we send: `EAN008`. */
  associationCodes: z.record(z.string(), name).default({}),
  /** UNB 0026. */
  applicationReference: name.optional(),
  /** UNB 0032. */
  agreementId: name.optional(),
  /** UNB 0031 of what we send: ask for a CONTRL. */
  requestAcknowledgment: z.boolean().default(false),
  /** Send UNA even when the default characters are used. */
  serviceStringAdvice: z.boolean().default(true),
  /** What we write with; what comes in says its own. */
  delimiters: z
    .strictObject({
      /** Between components of a composite. */
      componentSeparator: delimiter.default(':'),
      /** Between elements. */
      elementSeparator: delimiter.default('+'),
      /** Of numbers. */
      decimalMark: z.enum(['.', ',']).default('.'),
      /** Before a delimiter that is data. */
      releaseCharacter: delimiter.default('?'),
      /** After each segment. */
      segmentTerminator: delimiter.default("'"),
      /** Syntax 4 only; a space is none. */
      repetitionSeparator: delimiter.default(' '),
      /** Line break after the terminator. */
      segmentSuffix: z.enum(['', '\n', '\r\n']).default(''),
    })
    .prefault({}),
  /** Characters of what the partner sends; without it X12 is read as UTF-8 or ISO 8859-1, EDIFACT as UNB declares (UNOC = ISO 8859-1). */
  inboundCharset,
  /** A character that is a delimiter, or that the partner's character set lacks. */
  onUnsendable: onUnsendable.default('replace'),
});

export const xmlSchema = z.strictObject({
  /** The partner in its documents. Any of them is understood; the first is sent to. */
  identities: z.array(xmlIdentity).min(1),
  /** Us towards this partner, where it differs from company.yaml. */
  ourIdentities: z.array(xmlIdentity).min(1).optional(),
  /** `test`: for test data alone. */
  usage: usage.default('production'),
});

/** Our own identities, as partners know us. */
export const companyIdentitiesSchema = z.strictObject({
  /** In ISA and GS. */
  x12: z.array(x12Identity).min(1).optional(),
  /** In UNB. */
  edifact: z.array(edifactIdentity).min(1).optional(),
  /** In documents of UBL and cXML. */
  xml: z.array(xmlIdentity).min(1).optional(),
});
