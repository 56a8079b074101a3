import { hasErrors } from '../../src/common/finding.ts';
import type { Finding } from '../../src/common/finding.ts';
import type { Document } from '../../src/documents/document.ts';
import { acknowledgeInterchange, DEFAULT_ACKNOWLEDGMENT_POLICY } from '../../src/edi/acknowledgment/index.ts';
import { FUNCTIONAL_IDS } from '../../src/edi/functional-id.ts';
import type { Interchange } from '../../src/edi/model.ts';
import { parseFile } from '../../src/edi/parse.ts';
import { listOurIdentities, listPartnerIdentities } from '../../src/partners/identities.ts';
import type { Partner } from '../../src/partners/partner-schema.ts';
import type { PartnerSet } from '../../src/partners/partner-set.ts';
import { openEdifact, openX12 } from '../../src/pipeline/outbound/envelope.ts';
import type { MapLibrary } from '../../src/pipeline/map-library.ts';
import type { MemoryChannel } from './memory-channel.ts';

const NOW = { date: '2026-03-02', time: '08:00' };

export interface SupplierOptions {
  partner: Partner;
  set: PartnerSet;
  maps: MapLibrary;
  channel: MemoryChannel;
}

/** The trading partner on the other side: writes documents in its own dialect, with its own control numbers. */
export class Supplier {
  readonly #options: SupplierOptions;
  #number = 5000;

  constructor(options: SupplierOptions) {
    this.#options = options;
  }

  /** Drops a business document into the gateway's inbox; returns its bytes. */
  send(document: Document): Uint8Array {
    const bytes = this.write(document);
    this.drop(bytes, document.documentType);
    return bytes;
  }

  drop(content: Uint8Array | string, name = 'file'): void {
    this.#options.channel.drop(this.nameFile(name), content);
  }

  /** A name for the file that was written last. */
  nameFile(name: string): string {
    return `${name}-${this.#number}.${this.#options.partner.xml === undefined ? 'edi' : 'xml'}`;
  }

  /** Drops a 997 or CONTRL that accepts the file (as its envelopes are). */
  acknowledge(file: string): void {
    this.drop(this.writeAcknowledgment(file), 'acknowledgment');
  }

  /** A 997 or CONTRL that accepts the file (as its envelopes are). */
  writeAcknowledgment(file: string): Uint8Array {
    const { partner } = this.#options;
    const [interchange] = parseFile(Buffer.from(file, 'latin1')).interchanges;
    const answer = acknowledgeInterchange(interchange!, new Map(), {
      ...DEFAULT_ACKNOWLEDGMENT_POLICY,
      functional: 'always',
    });
    const identity = (party: Interchange['sender']) => ({ ...party, usage: 'production' as const });
    const envelope = {
      sender: identity(interchange!.receiver),
      receiver: identity(interchange!.sender),
      test: false,
    };
    this.#number += 1;
    const x12 =
      interchange!.standard === 'x12'
        ? openX12(partner, envelope, this.#number, NOW, { acknowledge: false })
        : undefined;
    const opened = x12 ?? openEdifact(partner, envelope, this.#number, NOW, { acknowledge: false });
    for (const { type, release, segments, applicationSender, applicationReceiver } of answer.functional) {
      x12?.startGroup('FA', this.#number, release, { applicationSender, applicationReceiver });
      opened.writer.startTransaction({ type, controlNumber: '0001', ...(x12 === undefined && { release }) });
      for (const [id, ...elements] of segments) opened.writer.segments.segment(id, elements);
      opened.writer.endTransaction();
      if (x12 !== undefined) opened.writer.endGroup();
    }
    return opened.finish();
  }

  /** The document as a file of the partner's, with the next control number or the one given. */
  write(document: Document, given?: number): Uint8Array {
    const { partner, set, maps } = this.#options;
    const mapId = partner.documents[document.documentType]!.in![0]!;
    const { standard, type, release } = maps.catalogue.get(mapId)!;
    const number = given ?? ++this.#number;
    const values = {
      documentNumber: document.id ?? '',
      ...NOW,
      decimalMark: partner.edifact?.delimiters.decimalMark ?? '.',
    };
    if (standard === 'xml') {
      const { bytes, findings } = maps.writeXml(mapId, document, values);
      return checked(bytes, findings);
    }
    if (standard === 'csv') throw new Error(`${mapId} is a CSV map: no supplier here sends by one`);
    const functionalId = FUNCTIONAL_IDS[type] ?? '';
    const sender = listPartnerIdentities(partner, standard).find(
      ({ functionalIds, usage }) =>
        usage === 'production' && (functionalIds === undefined || functionalIds.includes(functionalId)),
    )!;
    const receiver = listOurIdentities(set.company, partner, standard)[0]!;
    const envelope = { sender, receiver, test: false };
    const x12 = standard === 'x12' ? openX12(partner, envelope, number, NOW) : undefined;
    const opened = x12 ?? openEdifact(partner, envelope, number, NOW);
    x12?.startGroup(functionalId, number, partner.x12!.version);
    const implementation = partner.edifact?.associationCodes[type];
    opened.writer.startTransaction({
      type,
      controlNumber: standard === 'x12' ? '0001' : '1',
      ...(standard === 'edifact' && { release }),
      ...(implementation !== undefined && { implementation }),
    });
    const findings = maps.writeSegments(mapId, document, opened.writer.segments, values);
    opened.writer.endTransaction();
    if (x12 !== undefined) opened.writer.endGroup();
    return checked(opened.finish(), [...findings, ...opened.findings()]);
  }
}

function checked(bytes: Uint8Array, findings: readonly Finding[]): Uint8Array {
  if (hasErrors(findings)) throw new Error(findings.map(({ message }) => message).join('; '));
  return bytes;
}
