import path from 'node:path';
import { GatewayError } from '../common/errors.ts';
import { readConfig } from '../config.ts';
import { grammarExtensionsOf } from '../partners/grammar-extensions.ts';
import { loadDictionaries } from '../partners/load-dictionaries.ts';
import { loadPartners } from '../partners/load-partners.ts';
import { findNearest } from '../partners/nearest.ts';
import { readDictionaryFiles, readPartnerFiles } from '../partners/read-partner-files.ts';
import { readOptionsOf } from '../partners/read-options.ts';
import type { FileRules } from './edi-check.ts';
import type { CliEnvironment } from './environment.ts';

export interface RuleOptions {
  /** Id of the partner whose agreement holds; the standard alone without it. */
  partner?: string;
  /** Folder in place of dictionaries/ of the installation. */
  dictionaries?: string;
}

/**
 * What files are held against: the shipped dictionaries and those of the installation; with a partner also its character
 * set, its leniency, its restrictions and the way it is answered. Throws NOT_FOUND for an unknown partner, CONFIG_INVALID for a dictionary
 * that cannot be used.
 */
export async function readRules(environment: CliEnvironment, options: RuleOptions): Promise<FileRules> {
  const { partnersFolder, dictionariesFolder } = readConfig(environment.variables);
  const folder = options.dictionaries === undefined ? dictionariesFolder : path.resolve(options.dictionaries);
  const dictionaryFiles = await readDictionaryFiles(folder);
  const { dictionaries, findings } = loadDictionaries(dictionaryFiles);
  if (findings[0] !== undefined) throw new GatewayError('CONFIG_INVALID', findings[0].message);
  if (options.partner === undefined)
    return () => (dictionaries.length > 0 ? { extensions: { dictionaries } } : {});
  const { set } = loadPartners(await readPartnerFiles(partnersFolder), { dictionaryFiles });
  const partners = set?.partners ?? [];
  const partner = partners.find((candidate) => candidate.partner === options.partner);
  if (partner === undefined) {
    const [near] = findNearest(
      options.partner,
      partners.map((candidate) => candidate.partner),
    );
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new GatewayError(
      'NOT_FOUND',
      `There is no usable partner "${options.partner}".${hint} (tradelane partner check)`,
    );
  }
  const agreed = { extensions: grammarExtensionsOf(partner), policy: partner.acknowledgments.send };
  return (syntax) => ({ ...agreed, ...readOptionsOf(partner, syntax === 'x12' ? 'x12' : 'edifact') });
}
