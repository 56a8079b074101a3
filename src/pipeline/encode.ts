import { localDateTime } from '../common/calendar.ts';
import type { Finding } from '../common/finding.ts';
import { hasErrors } from '../common/finding.ts';
import type { Document } from '../documents/document.ts';
import type { InterchangeAnswer } from '../edi/acknowledgment/index.ts';
import type { Interchange } from '../edi/model.ts';
import { parseFile } from '../edi/parse.ts';
import type { Partner } from '../partners/partner-schema.ts';
import { resolveEnvelope } from '../partners/resolve-envelope.ts';
import { resolveOutboundMap } from '../partners/resolve-map.ts';
import type { MapHead } from '../partners/resolve-map.ts';
import { takeNumber } from './control-numbers.ts';
import type { PipelineContext } from './context.ts';
import { FUNCTIONAL_IDS, openEdifact, openX12 } from './envelope.ts';
import type { OpenedInterchange } from './envelope.ts';
import type { InterchangeGroup } from './records.ts';
import { validateForPartner } from './validate.ts';
import { sentGroupKey, sentInterchangeKey } from './sent-keys.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** Bytes that are ready to leave, and how they will be recognised in the partner's answers. */
export interface EncodedInterchange {
  bytes: Uint8Array;
  standard: 'x12' | 'edifact' | 'xml';
  /** `850`, `ORDERS`, `Order`, `997`. */
  transactionType: string;
  mapId?: string;
  senderId: string;
  receiverId: string;
  controlNumber: string;
  controlKey: string;
  groupKey: string;
  test: boolean;
  groups: EncodedGroup[];
  acknowledgmentExpected: boolean;
}

export type EncodedGroup = Omit<InterchangeGroup, 'transactions'> & {
  transactions: { type: string; controlNumber: string }[];
};

export interface Encoding {
  /** Absent when there are errors among the findings. */
  interchange?: EncodedInterchange;
  findings: Finding[];
}

/** Writes a document in the partner's dialect, with the control numbers that it takes in the caller's commit. */
export async function encodeDocument(
  unit: UnitOfWork,
  context: PipelineContext,
  partner: Partner,
  given: Document,
): Promise<Encoding> {
  const document = withNames(context, partner, given);
  const resolved = resolveOutboundMap(partner, context.maps.catalogue, document.documentType);
  if (resolved.mapId === undefined) return { findings: [resolved.finding] };
  const map = context.maps.catalogue.get(resolved.mapId)!;
  const functionalId = FUNCTIONAL_IDS[map.type];
  const envelope = resolveEnvelope(context.partners.company, partner, map.standard, functionalId);
  if (envelope.sender === undefined) return { findings: [envelope.finding] };
  const now = localTime(context);
  const values = {
    documentNumber: document.id ?? '',
    now: context.clock.now(),
    date: now.date,
    time: now.time,
    decimalMark: partner.edifact?.delimiters.decimalMark ?? '.',
  };
  if (map.standard === 'xml') return encodeXml(context, partner, map, document, envelope.test, values);

  const number = await takeNumber(unit, partner, map.standard, envelope.test ? 'interchange|T' : 'interchange|P');
  if (map.standard === 'edifact') {
    const opened = openEdifact(partner, envelope, number, now);
    opened.writer.startTransaction({
      type: map.type,
      controlNumber: '1',
      release: map.release,
      ...optional('implementation', partner.edifact?.associationCodes[map.type]),
    });
    const findings = context.maps.writeSegments(map.id, document, opened.writer.segments, values);
    opened.writer.endTransaction();
    opened.groups.push({ ...NO_GROUP, transactions: [{ type: map.type, controlNumber: '1' }] });
    return finish(opened, map, findings, partner);
  }
  const group = await takeNumber(unit, partner, 'x12', groupScope(partner, functionalId ?? '', envelope.test));
  const transaction = await transactionNumber(unit, partner, functionalId ?? '', envelope.test);
  const opened = openX12(partner, envelope, number, now);
  const started = opened.startGroup(functionalId ?? '', group, partner.x12!.version);
  opened.writer.startTransaction({ type: map.type, controlNumber: transaction });
  const findings = context.maps.writeSegments(map.id, document, opened.writer.segments, values);
  opened.writer.endTransaction();
  opened.writer.endGroup();
  started.transactions.push({ type: map.type, controlNumber: transaction });
  return finish(opened, map, findings, partner);
}

/** Writes TA1 and 997s into one interchange, or one CONTRL: sender and receiver are those of the answered one, swapped. */
export async function encodeAcknowledgments(
  unit: UnitOfWork,
  context: PipelineContext,
  partner: Partner,
  answered: Interchange,
  answer: InterchangeAnswer,
): Promise<EncodedInterchange> {
  const now = localTime(context);
  const { test, standard } = answered;
  const identity = (party: Interchange['sender']) => ({ ...party, usage: test ? ('test' as const) : ('production' as const) });
  const envelope = { sender: identity(answered.receiver), receiver: identity(answered.sender), test };
  const number = await takeNumber(unit, partner, standard, test ? 'interchange|T' : 'interchange|P');
  const types: string[] = [];
  if (standard === 'edifact') {
    const opened = openEdifact(partner, envelope, number, now, { version: answered.version, acknowledge: false });
    for (const [index, message] of answer.functional.entries()) {
      const { type, release, segments } = message;
      opened.writer.startTransaction({ type, release, controlNumber: String(index + 1) });
      for (const [id, ...elements] of segments) opened.writer.segments.segment(id, elements);
      opened.writer.endTransaction();
      types.push(type);
    }
    return complete(opened, types.join(' '), { acknowledgmentExpected: false });
  }
  const opened = openX12(partner, envelope, number, now, { acknowledge: false });
  if (answer.interchange !== undefined) {
    const [id, ...elements] = answer.interchange;
    opened.writer.segments.segment(id, elements);
    types.push('TA1');
  }
  for (const functional of answer.functional) {
    const group = await takeNumber(unit, partner, 'x12', groupScope(partner, 'FA', test));
    const transaction = await transactionNumber(unit, partner, 'FA', test);
    const started = opened.startGroup('FA', group, functional.release, functional);
    opened.writer.startTransaction({
      type: functional.type,
      controlNumber: transaction,
      ...optional('implementation', functional.implementation === '' ? undefined : functional.implementation),
    });
    for (const [id, ...elements] of functional.segments) opened.writer.segments.segment(id, elements);
    opened.writer.endTransaction();
    opened.writer.endGroup();
    started.transactions.push({ type: functional.type, controlNumber: transaction });
    types.push(functional.type);
  }
  return complete(opened, [...new Set(types)].join(' '), { acknowledgmentExpected: false });
}

/** EDIFACT messages without UNG. */
const NO_GROUP = { functionalId: '', controlNumber: '', applicationSender: '', applicationReceiver: '' };

function finish(opened: OpenedInterchange, map: MapHead, mapFindings: readonly Finding[], partner: Partner): Encoding {
  const encoded = complete(opened, map.type, {
    mapId: map.id,
    acknowledgmentExpected: partner.acknowledgments.expect.functional,
  });
  const findings = [...mapFindings, ...opened.findings()];
  if (hasErrors(findings)) return { findings };
  const faults = checkOwn(partner, encoded.bytes);
  return hasErrors(faults) ? { findings: [...findings, ...faults] } : { interchange: encoded, findings };
}

/** We send nothing that we would reject: what the partner's dictionary finds in our own file stops it here. */
function checkOwn(partner: Partner, bytes: Uint8Array): Finding[] {
  return parseFile(bytes).interchanges.flatMap((interchange) => [
    ...interchange.findings,
    ...interchange.groups.flatMap((group) => [
      ...group.findings,
      ...group.transactions.flatMap((transaction) => [
        ...transaction.findings,
        ...validateForPartner(partner, interchange, transaction, {}).findings,
      ]),
    ]),
  ]);
}

/** The parties by the names that partner.yaml and company.yaml have for them, where the ERP gave none. */
function withNames<D extends Document>(context: PipelineContext, partner: Partner, document: D): D {
  const buyer = document.buyer === undefined ? undefined : { name: context.partners.company.company, ...document.buyer };
  const seller = document.seller === undefined ? undefined : { name: partner.name, ...document.seller };
  return { ...document, ...(buyer !== undefined && { buyer }), ...(seller !== undefined && { seller }) };
}

function complete(
  opened: OpenedInterchange,
  transactionType: string,
  more: { mapId?: string; acknowledgmentExpected: boolean },
): EncodedInterchange {
  const { header, groups } = opened;
  const { sender, receiver, controlNumber, test, standard } = header;
  const group = groups[0];
  return {
    bytes: opened.finish(),
    standard,
    transactionType,
    senderId: sender.id,
    receiverId: receiver.id,
    controlNumber,
    controlKey: sentInterchangeKey(sender.id, receiver.id, controlNumber),
    groupKey:
      group === undefined || standard === 'edifact'
        ? ''
        : sentGroupKey(group.applicationSender, group.applicationReceiver, group.functionalId, group.controlNumber),
    test,
    groups,
    ...more,
  };
}

function encodeXml(
  context: PipelineContext,
  partner: Partner,
  map: MapHead,
  document: Document,
  test: boolean,
  values: Record<string, string>,
): Encoding {
  const { bytes, findings } = context.maps.writeXml(map.id, document, values);
  if (hasErrors(findings)) return { findings };
  const number = document.id ?? '';
  return {
    findings,
    interchange: {
      bytes,
      standard: 'xml',
      transactionType: map.type,
      mapId: map.id,
      senderId: '',
      receiverId: partner.partner,
      controlNumber: number,
      controlKey: sentInterchangeKey('', partner.partner, number),
      groupKey: '',
      test,
      groups: [],
      acknowledgmentExpected: false,
    },
  };
}

/** GS06: one sequence per partner, or one per functional id (5.12). */
function groupScope(partner: Partner, functionalId: string, test: boolean): string {
  const usage = test ? 'T' : 'P';
  return partner.controlNumbers.group === 'perFunctionalId' ? `group|${usage}|${functionalId}` : `group|${usage}`;
}

async function transactionNumber(
  unit: UnitOfWork,
  partner: Partner,
  functionalId: string,
  test: boolean,
): Promise<string> {
  if (partner.controlNumbers.transaction === 'perGroup') return '0001';
  const number = await takeNumber(unit, partner, 'x12', `transaction|${test ? 'T' : 'P'}|${functionalId === 'FA' ? 'FA' : ''}`);
  return String(number).padStart(4, '0');
}

function localTime(context: PipelineContext): { date: string; time: string } {
  return localDateTime(context.clock.now(), context.policyOf('').companyCalendar.timeZone);
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };
}
