import type { UserDictionary } from '../edi/grammar/index.ts';
import type { Company } from './company-schema.ts';
import type { ConfigFile } from './config-text.ts';
import type { Partner } from './partner-schema.ts';

/** All partners in force, with the company that they trade with. */
export interface PartnerSet {
  company: Company;
  /** In the order of their ids. */
  partners: readonly Partner[];
  /** Maps of the partners' own. */
  maps: readonly PartnerMap[];
  /** Releases and messages that the installation adds to the shipped dictionaries. */
  dictionaries: readonly UserDictionary[];
}

/** The text of `partners/hansa-werkzeuge/maps/orders.map.yaml`, whose name is `partners/hansa-werkzeuge/orders`. */
export interface PartnerMap extends ConfigFile {
  name: string;
}
