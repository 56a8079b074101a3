import type * as z from 'zod';
import { GatewayError } from '../../common/errors.ts';
import type { Gateway } from '../../pipeline/gateway.ts';
import type { Partner } from '../../partners/partner-schema.ts';
import type { partnerRow } from '../schemas/partner.ts';

export function toPartnerRow(partner: Partner): z.input<typeof partnerRow> {
  return {
    id: partner.partner,
    name: partner.name,
    status: partner.status,
    standards: (['x12', 'edifact', 'xml'] as const).filter((standard) => partner[standard] !== undefined),
    channels: partner.channels.map(({ type, name, enabled }) => ({ type, name, enabled })),
    documents: Object.keys(partner.documents),
  };
}

/** Throws GatewayError NOT_FOUND. */
export function requirePartner(gateway: Gateway, id: string): Partner {
  const partner = gateway.partners.partners.find((known) => known.partner === id);
  if (partner === undefined) throw new GatewayError('NOT_FOUND', `There is no partner "${id}".`);
  return partner;
}
