import type { Company } from './company-schema.ts';
import type { ConfigFile } from './config-text.ts';
import type { Partner } from './partner-schema.ts';

/** All partners in force, with the company that they trade with. */
export interface PartnerSet {
  company: Company;
  /** In the order of their ids. */
  partners: readonly Partner[];
  /** Maps of the partners' own, as text: `hansa-werkzeuge/maps/orders.map.yaml`. */
  mapFiles: readonly ConfigFile[];
}
