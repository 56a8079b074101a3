import { GatewayError } from '../../common/errors.ts';
import { hasErrors } from '../../common/finding.ts';
import type { Document } from '../../documents/document.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { PartnerSet } from '../../partners/partner-set.ts';
import { listOurIdentities, listPartnerIdentities } from '../../partners/identities.ts';
import { FUNCTIONAL_IDS } from '../../edi/functional-id.ts';
import { openEdifact, openX12 } from '../../pipeline/outbound/envelope.ts';
import type { MapLibrary } from '../../pipeline/map-library.ts';
import { acknowledgeFile } from '../acknowledge-file.ts';
import type { PartnerEnd, PartnerFile } from '../environment.ts';

/**
 * A supplier of the demo: takes our files from its end of the channel and answers in its own dialect over it, as the partner
 * on the other side would. It uses the maps in the direction opposite to the gateway's.
 */
export class DemoSupplier {
  readonly partner: Partner;
  readonly #set: PartnerSet;
  readonly #maps: MapLibrary;
  readonly #end: PartnerEnd;
  /** Our interchange numbers grow from run to run. */
  #number: number;

  constructor(options: {
    partner: Partner;
    set: PartnerSet;
    maps: MapLibrary;
    end: PartnerEnd;
    firstNumber: number;
  }) {
    this.partner = options.partner;
    this.#set = options.set;
    this.#maps = options.maps;
    this.#end = options.end;
    this.#number = options.firstNumber;
  }

  /** The newest file from us whose name holds the order's number. */
  findOrderFile(orderId: string): Promise<PartnerFile | undefined> {
    return this.#end.find(orderId);
  }

  /** Answers an order file with 997 or CONTRL; XML partners have no functional acknowledgment. Returns the file's name. */
  async acknowledge({ name, bytes: sent }: PartnerFile): Promise<string | undefined> {
    if (this.partner.xml !== undefined) return undefined;
    const number = this.#nextNumber();
    const bytes = acknowledgeFile(name, sent, number).find((answer) => answer.bytes !== undefined)?.bytes;
    return bytes === undefined
      ? undefined
      : this.#send(this.partner.edifact === undefined ? '997' : 'CONTRL', number, bytes);
  }

  /** Sends a business document in the dialect of the partner. Returns the file's name. */
  async send(document: Document): Promise<string> {
    const mapId = this.partner.documents[document.documentType]?.in?.[0];
    const map = mapId === undefined ? undefined : this.#maps.catalogue.get(mapId);
    if (mapId === undefined || map === undefined) {
      throw new GatewayError(
        'MAP_INVALID',
        `${this.partner.partner} has no map for ${document.documentType}`,
      );
    }
    const number = this.#nextNumber();
    const now = { date: new Date().toISOString().slice(0, 10), time: new Date().toISOString().slice(11, 16) };
    const values = {
      documentNumber: document.id ?? '',
      ...now,
      decimalMark: this.partner.edifact?.delimiters.decimalMark ?? '.',
    };
    if (map.standard === 'xml') {
      const written = this.#maps.writeXml(mapId, document, values);
      return this.#send(map.type, number, this.#checked(written.bytes, written.findings, document));
    }
    if (map.standard === 'csv') throw new Error(`${mapId} is a CSV map: no supplier here sends by one`);
    const functionalId = FUNCTIONAL_IDS[map.type] ?? '';
    const sender = listPartnerIdentities(this.partner, map.standard).find(
      ({ functionalIds, usage }) =>
        usage === 'production' && (functionalIds === undefined || functionalIds.includes(functionalId)),
    )!;
    const receiver = listOurIdentities(this.#set.company, this.partner, map.standard)[0]!;
    const envelope = { sender, receiver, test: false };
    if (map.standard === 'edifact') {
      const opened = openEdifact(this.partner, envelope, number, now);
      const implementation = this.partner.edifact?.associationCodes[map.type];
      opened.writer.startTransaction({
        type: map.type,
        controlNumber: '1',
        release: map.release,
        ...(implementation !== undefined && { implementation }),
      });
      const findings = this.#maps.writeSegments(mapId, document, opened.writer.segments, values);
      opened.writer.endTransaction();
      return this.#send(
        map.type,
        number,
        this.#checked(opened.finish(), [...findings, ...opened.findings()], document),
      );
    }
    const opened = openX12(this.partner, envelope, number, now, { acknowledge: false });
    opened.startGroup(functionalId, number, this.partner.x12!.version);
    opened.writer.startTransaction({ type: map.type, controlNumber: '0001' });
    const findings = this.#maps.writeSegments(mapId, document, opened.writer.segments, values);
    opened.writer.endTransaction();
    opened.writer.endGroup();
    return this.#send(
      map.type,
      number,
      this.#checked(opened.finish(), [...findings, ...opened.findings()], document),
    );
  }

  #checked(bytes: Uint8Array, findings: Parameters<typeof hasErrors>[0], document: Document): Uint8Array {
    if (!hasErrors(findings)) return bytes;
    const text = findings.map((finding) => finding.message).join('; ');
    throw new GatewayError(
      'ENCODE_FAILED',
      `The demo cannot write ${document.documentType} for ${this.partner.partner}: ${text}`,
    );
  }

  #nextNumber(): number {
    this.#number += 1;
    return this.#number;
  }

  async #send(type: string, number: number, bytes: Uint8Array): Promise<string> {
    const name = `${type}-${number}.${this.#extension()}`;
    await this.#end.send(name, bytes);
    return name;
  }

  /** What the channel's settings take. */
  #extension(): string {
    if (this.partner.xml !== undefined) return 'xml';
    const [channel] = this.partner.channels;
    const patterns =
      channel?.type === 'folder'
        ? [channel.pattern]
        : channel?.type === 'sftpMailbox'
          ? channel.patterns
          : [];
    return patterns.includes('*.txt') ? 'txt' : 'edi';
  }
}
