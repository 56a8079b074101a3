import type { Finding } from '../../common/finding.ts';
import { hasErrors } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import { FUNCTIONAL_IDS } from '../../edi/functional-id.ts';
import { parseFile } from '../../edi/parse.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import { resolveEnvelope } from '../../partners/resolve-envelope.ts';
import type { OutboundEnvelope } from '../../partners/resolve-envelope.ts';
import { resolveOutboundMap } from '../../partners/resolve-map.ts';
import type { MapHead } from '../../partners/resolve-map.ts';
import { withOrderAmounts, withOrderTotal } from '../../tracking/match/order-amounts.ts';
import { companyTime, completeInterchange } from './complete-interchange.ts';
import { takeNumber } from './control-numbers.ts';
import type { PipelineContext } from '../context.ts';
import type { Encoding } from './encoded-interchange.ts';
import { openEdifact, openX12 } from './envelope.ts';
import type { OpenedInterchange } from './envelope.ts';
import { groupScope, transactionNumber } from './group-numbers.ts';
import { sentInterchangeKey } from '../interchange/sent-keys.ts';
import { withReplacedPayload } from './replaced-payload.ts';
import { tidyTexts } from './tidy-texts.ts';
import type { WrittenFile } from '../map-library.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { validateForPartner } from '../interchange/validate.ts';

/** Writes a document in the partner's dialect, with the control numbers that it takes in the caller's commit. */
export async function encodeDocument(
  unit: UnitOfWork,
  context: PipelineContext,
  partner: Partner,
  given: Document,
): Promise<Encoding> {
  const document = tidyTexts(withNames(context, partner, withChangeNumber(given)));
  const resolved = resolveOutboundMap(partner, context.maps.catalogue, document.documentType);
  if (resolved.mapId === undefined) return { findings: [resolved.finding] };
  const map = context.maps.catalogue.get(resolved.mapId)!;
  if (map.standard === 'csv') return encodeCsv(context, partner, map, document);
  const functionalId = FUNCTIONAL_IDS[map.type];
  const envelope = resolveEnvelope(context.partners.company, partner, map.standard, functionalId);
  if (envelope.sender === undefined) return { findings: [envelope.finding] };
  const now = companyTime(context);
  const values = {
    documentNumber: document.id ?? '',
    now: context.clock.now(),
    date: now.date,
    time: now.time,
    decimalMark: partner.edifact?.delimiters.decimalMark ?? '.',
  };
  if (map.standard === 'xml') {
    const addresses = xmlAddresses(context, envelope);
    const complete = await completeForXml(unit, context, partner, map, document);
    return encodeXml(context, partner, map, complete, envelope.test, { ...values, ...addresses });
  }

  const number = await takeNumber(
    unit,
    context,
    partner,
    map.standard,
    envelope.test ? 'interchange|T' : 'interchange|P',
  );
  if (map.standard === 'edifact') {
    const opened = openEdifact(partner, envelope, number, now);
    const { associationCodes, release = map.release } = partner.edifact!;
    const implementation = associationCodes[map.type];
    opened.writer.startTransaction({
      type: map.type,
      controlNumber: '1',
      release,
      ...(implementation !== undefined && { implementation }),
    });
    const findings = context.maps.writeSegments(map.id, document, opened.writer.segments, {
      ...values,
      release,
    });
    opened.writer.endTransaction();
    opened.groups.push({ ...NO_GROUP, transactions: [{ type: map.type, controlNumber: '1' }] });
    return finish(opened, map, findings, partner);
  }
  const group = await takeNumber(
    unit,
    context,
    partner,
    'x12',
    groupScope(partner, functionalId ?? '', envelope.test),
  );
  const transaction = await transactionNumber(unit, context, partner, functionalId ?? '', envelope.test);
  const opened = openX12(partner, envelope, number, now);
  const started = opened.startGroup(functionalId ?? '', group, partner.x12!.version);
  opened.writer.startTransaction({ type: map.type, controlNumber: transaction });
  const release = partner.x12!.version;
  const findings = context.maps.writeSegments(map.id, document, opened.writer.segments, {
    ...values,
    release,
  });
  opened.writer.endTransaction();
  opened.writer.endGroup();
  started.transactions.push({ type: map.type, controlNumber: transaction });
  return finish(opened, map, findings, partner);
}

/** EDIFACT messages without UNG. */
const NO_GROUP = { functionalId: '', controlNumber: '', applicationSender: '', applicationReceiver: '' };

function finish(
  opened: OpenedInterchange,
  map: MapHead,
  mapFindings: readonly Finding[],
  partner: Partner,
): Encoding {
  const encoded = completeInterchange(opened, map.type, {
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
  // Identities that both sides have agreed on may have qualifiers of their own.
  const { headerValues } = partner.leniency;
  return parseFile(bytes, { leniency: { headerValues } }).interchanges.flatMap((interchange) => [
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
  const buyer =
    document.buyer === undefined ? undefined : { name: context.partners.company.company, ...document.buyer };
  const seller = document.seller === undefined ? undefined : { name: partner.name, ...document.seller };
  return { ...document, ...(buyer !== undefined && { buyer }), ...(seller !== undefined && { seller }) };
}

/** A change from before changes had numbers and dates of their own goes out again as it did first: by those of its order. */
function withChangeNumber<D extends Document>(document: D): D {
  if (document.documentType !== 'orderChange') return document;
  const { changeNumber = document.id, changeDate = document.issueDate } = document;
  return { ...document, changeNumber, changeDate };
}

/** What a cXML header says of both sides. Its payloadID is unique for ever and the same in every retransmission. */
function xmlAddresses(
  context: PipelineContext,
  { sender, receiver, test }: OutboundEnvelope,
): Record<string, string> {
  return {
    payloadId: `${context.ids.next()}@${sender.id}`,
    senderId: sender.id,
    senderScheme: sender.qualifier ?? 'NetworkID',
    receiverId: receiver.id,
    receiverScheme: receiver.qualifier ?? 'NetworkID',
    deploymentMode: test ? 'test' : 'production',
  };
}

/** What an XML document says beside what its order does: amounts that other dialects have no place for, and what it replaces. */
async function completeForXml(
  unit: UnitOfWork,
  context: PipelineContext,
  { partner }: Partner,
  map: MapHead,
  document: Document,
): Promise<Document> {
  if (document.documentType !== 'order' && document.documentType !== 'orderChange') return document;
  const counted = withOrderAmounts(document);
  if (map.type !== 'OrderRequest') return counted;
  // cXML is never without a BillTo: who buys pays, where the ERP names nobody else.
  const complete = withOrderTotal({ ...counted, billTo: counted.billTo ?? counted.buyer });
  return complete.documentType === 'order' ? complete : withReplacedPayload(unit, context, partner, complete);
}

function encodeXml(
  context: PipelineContext,
  partner: Partner,
  map: MapHead,
  document: Document,
  test: boolean,
  values: Record<string, string>,
): Encoding {
  return withoutEnvelope(context.maps.writeXml(map.id, document, values), partner, map, document, test);
}

function encodeCsv(context: PipelineContext, partner: Partner, map: MapHead, document: Document): Encoding {
  const now = companyTime(context);
  const values = { documentNumber: document.id ?? '', now: context.clock.now(), ...now };
  const test = partner.status === 'onboarding';
  return withoutEnvelope(context.maps.writeCsv(map.id, document, values), partner, map, document, test);
}

/** Nothing but its number tells a file without envelope apart: each change of an order has one. */
function numberOfFile(document: Document): string {
  const change = document.documentType === 'orderChange' ? document.changeNumber : undefined;
  return change ?? document.id ?? '';
}

/** A file that is one document: nothing in it says who sends and who receives it. */
function withoutEnvelope(
  { bytes, findings }: WrittenFile,
  partner: Partner,
  map: MapHead,
  document: Document,
  test: boolean,
): Encoding {
  if (hasErrors(findings)) return { findings };
  const number = numberOfFile(document);
  return {
    findings,
    interchange: {
      bytes,
      standard: map.standard,
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
