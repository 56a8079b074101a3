import type { Locate } from './config-text.ts';
import type { Partner } from './partner-schema.ts';

/** A partner's settings with the places of its settings in its file. */
export interface PartnerSource {
  partner: Partner;
  file: string;
  locate: Locate;
}
