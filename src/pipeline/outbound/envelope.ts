import type { Finding } from '../../common/finding.ts';
import { formatControlNumber } from '../../edi/control-number.ts';
import { InterchangeWriter } from '../../edi/write.ts';
import type { InterchangeHeader, WritePolicy } from '../../edi/write.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { OutboundEnvelope } from '../../partners/resolve-envelope.ts';
import type { EncodedGroup } from './encoded-interchange.ts';

/** Date and time of the sender: `2026-01-31`, `08:15`. */
interface LocalTime {
  date: string;
  time: string;
}

/** An interchange being written. */
export interface OpenedInterchange {
  header: InterchangeHeader;
  writer: InterchangeWriter;
  groups: EncodedGroup[];
  /** Of the writer, once it is finished. */
  findings(): Finding[];
  finish(): Uint8Array;
}

export interface OpenedX12 extends OpenedInterchange {
  /** Opens GS; `addresses` where they are not those of the envelope. */
  startGroup(
    functionalId: string,
    number: number,
    version: string,
    addresses?: { applicationSender: string; applicationReceiver: string },
  ): EncodedGroup;
}

/** Opens an X12 interchange in the partner's dialect. */
export function openX12(
  partner: Partner,
  envelope: OutboundEnvelope,
  number: number,
  now: LocalTime,
  options: { acknowledge?: boolean } = {},
): OpenedX12 {
  const settings = partner.x12!;
  const { elementSeparator, componentSeparator, segmentTerminator, repetitionSeparator, segmentSuffix } =
    settings.delimiters;
  const { sender, receiver, test } = envelope;
  const date = now.date.replaceAll('-', '');
  const time = now.time.replace(':', '').slice(0, 4);
  const header: InterchangeHeader = {
    standard: 'x12',
    version: settings.interchangeVersion,
    sender: { qualifier: sender.qualifier ?? '', id: sender.id },
    receiver: { qualifier: receiver.qualifier ?? '', id: receiver.id },
    date: date.slice(2),
    time,
    controlNumber: formatControlNumber(number, 'x12', 'interchange'),
    test,
    acknowledgmentRequest: (options.acknowledge ?? settings.requestInterchangeAcknowledgment) ? '1' : '0',
    delimiters: {
      elementSeparator,
      componentSeparator,
      segmentTerminator,
      repetitionSeparator,
      releaseCharacter: '',
      decimalMark: '.',
    },
    segmentSuffix,
  };
  const policy: WritePolicy = {
    charset: settings.charset === 'us-ascii' ? 'ascii' : settings.charset,
    unsupportedCharacter: settings.onUnsendable,
    delimiterInData: settings.onUnsendable,
  };
  const opened = open(header, policy);
  const startGroup: OpenedX12['startGroup'] = (functionalId, groupNumber, version, addresses) => {
    const group = {
      functionalId,
      controlNumber: formatControlNumber(groupNumber, 'x12', 'group'),
      applicationSender: addresses?.applicationSender ?? sender.applicationId ?? sender.id,
      applicationReceiver: addresses?.applicationReceiver ?? receiver.applicationId ?? receiver.id,
      version,
    };
    opened.writer.startGroup({ ...group, date, time, agency: settings.agency });
    const encoded: EncodedGroup = { ...group, transactions: [] };
    opened.groups.push(encoded);
    return encoded;
  };
  return { ...opened, startGroup };
}

/** Opens an EDIFACT interchange (without UNG) in the partner's dialect; its messages are counted as one group. */
export function openEdifact(
  partner: Partner,
  envelope: OutboundEnvelope,
  number: number,
  now: LocalTime,
  options: { version?: string; acknowledge?: boolean } = {},
): OpenedInterchange {
  const settings = partner.edifact!;
  const { segmentSuffix, repetitionSeparator, ...delimiters } = settings.delimiters;
  const { sender, receiver, test } = envelope;
  const version = options.version ?? settings.syntax;
  const header: InterchangeHeader = {
    standard: 'edifact',
    version,
    sender: partyOf(sender),
    receiver: partyOf(receiver),
    date: version.endsWith('4') ? now.date.replaceAll('-', '') : now.date.replaceAll('-', '').slice(2),
    time: now.time.replace(':', '').slice(0, 4),
    controlNumber: formatControlNumber(number, 'edifact', 'interchange'),
    test,
    acknowledgmentRequest: (options.acknowledge ?? settings.requestAcknowledgment) ? '1' : '',
    delimiters: { ...delimiters, repetitionSeparator: repetitionSeparator.trim() },
    segmentSuffix,
    serviceStringAdvice: settings.serviceStringAdvice,
    ...(settings.applicationReference !== undefined && {
      applicationReference: settings.applicationReference,
    }),
    ...(settings.agreementId !== undefined && { agreementId: settings.agreementId }),
  };
  return open(header, {
    unsupportedCharacter: settings.onUnsendable,
    delimiterInData: settings.onUnsendable,
  });
}

function partyOf(identity: OutboundEnvelope['sender']) {
  const { qualifier = '', id, internalId } = identity;
  return { qualifier, id, ...(internalId !== undefined && { internalId }) };
}

function open(header: InterchangeHeader, policy: WritePolicy): OpenedInterchange {
  const writer = new InterchangeWriter(header, policy);
  let findings: Finding[] = [];
  return {
    header,
    writer,
    groups: [],
    findings: () => findings,
    finish: () => {
      const written = writer.finish();
      findings = written.findings;
      return written.bytes;
    },
  };
}
