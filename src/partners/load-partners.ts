import type { Finding } from '../common/finding.ts';
import { sentence } from '../common/sentence.ts';
import type { Company } from './company-schema.ts';
import { companySchema } from './company-schema.ts';
import type { ConfigFile } from './config-text.ts';
import { configFinding, readConfig } from './config-text.ts';
import { checkAccounts } from './check-accounts.ts';
import { checkAs2 } from './check-as2.ts';
import { checkChannels } from './check-channels.ts';
import { checkFileNames, checkInboxes } from './check-folders.ts';
import { checkIdentities } from './check-identities.ts';
import { checkMailboxes } from './check-mailboxes.ts';
import { checkMapNames } from './check-map-names.ts';
import { checkRestrictions } from './check-restrictions.ts';
import { bindDictionaries } from './grammar-extensions.ts';
import { loadDictionaries } from './load-dictionaries.ts';
import { nameOfPartnerMap } from './map-source.ts';
import type { Partner } from './partner-schema.ts';
import { partnerSchema } from './partner-schema.ts';
import type { PartnerSet } from './partner-set.ts';
import type { PartnerSource } from './partner-source.ts';
import { listFileNames, listSecretNames } from './secret-names.ts';
import type { NamedFile, NamedSecret } from './secret-names.ts';

/** A partner by its folder, and the first of what is wrong with it, as a sentence. */
export interface LeftOutPartner {
  partner: string;
  reason: string;
}

export interface LoadedPartners {
  /** Partners without a finding. Undefined when company.yaml itself cannot be used. */
  set: PartnerSet | undefined;
  findings: Finding[];
  /** Partners that have a partner.yaml and are not in the set. */
  leftOut: LeftOutPartner[];
  /** The secrets that the settings in force name. */
  secrets: NamedSecret[];
  /** The files with certificates and keys that they name. */
  certificateFiles: NamedFile[];
}

const PARTNER_FILE = /^([^/]+)\/partner\.yaml$/;

/**
 * Turns the texts below the partners folder into the set in force. A file with trouble leaves out its partner only; the
 * trouble is told as findings with file, line and column. With `standardMaps`, the texts of the maps folder, a
 * partner that names another map, or one for another document, gets a finding; it stays in the set, for its other documents. So does
 * one whose restrictions name no place of a message. `dictionaryFiles` are the texts of the dictionaries folder.
 */
export function loadPartners(
  files: readonly ConfigFile[],
  options: { standardMaps?: readonly ConfigFile[]; dictionaryFiles?: readonly ConfigFile[] } = {},
): LoadedPartners {
  const { dictionaries, findings } = loadDictionaries(options.dictionaryFiles ?? []);
  const secrets: NamedSecret[] = [];
  const certificateFiles: NamedFile[] = [];
  const company = loadCompany(files, findings, secrets, certificateFiles);
  const sources: PartnerSource[] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const folder = PARTNER_FILE.exec(file.path)?.[1];
    if (folder === undefined) continue;
    const result = readConfig(file, partnerSchema);
    findings.push(...result.findings);
    if (result.value === undefined) continue;
    if (result.value.partner === folder) {
      sources.push({ partner: result.value, file: file.path, locate: result.locate });
      secrets.push(...listSecretNames(result.value, result.locate));
      certificateFiles.push(...listFileNames(result.value, result.locate));
    } else {
      findings.push(
        configFinding(
          result.locate(['partner']),
          'PARTNER_FOLDER_MISMATCH',
          `partner "${result.value.partner}" lies in folder "${folder}"; both must be the same`,
          { actual: result.value.partner, expected: folder },
        ),
      );
    }
  }
  const conflicts = checkIdentities(sources);
  findings.push(...conflicts.findings);
  const incomplete = checkAs2(sources, company);
  const mailboxes = checkMailboxes(sources);
  findings.push(...incomplete.findings, ...mailboxes.findings);
  const refused = new Set([...conflicts.partners, ...incomplete.partners, ...mailboxes.partners]);
  const maps = files.flatMap((file) => {
    const name = nameOfPartnerMap(file.path);
    return name === undefined ? [] : [{ ...file, name }];
  });
  if (options.standardMaps !== undefined) {
    findings.push(...checkMapNames(sources, options.standardMaps, maps));
  }
  findings.push(...checkRestrictions(sources, dictionaries));
  findings.push(
    ...checkAccounts(sources),
    ...checkChannels(sources),
    ...checkInboxes(sources),
    ...checkFileNames(files),
  );
  for (const { partner } of sources) bindDictionaries(partner, dictionaries);
  const partners = sources.map(({ partner }) => partner).filter(({ partner }) => !refused.has(partner));
  return {
    set: company && { company, partners, maps, dictionaries },
    findings,
    leftOut: listLeftOut(files, partners, findings),
    secrets,
    certificateFiles,
  };
}

function listLeftOut(
  files: readonly ConfigFile[],
  partners: readonly Partner[],
  findings: readonly Finding[],
): LeftOutPartner[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  return files.flatMap(({ path }) => {
    const folder = PARTNER_FILE.exec(path)?.[1];
    if (folder === undefined || partners.some(({ partner }) => partner === folder)) return [];
    // Of two that are in each other's way, one alone is told at its own place.
    const error =
      errors.find(({ place }) => place.file === path) ??
      errors.find(({ message }) => message.includes(`"${folder}"`));
    return [{ partner: folder, reason: sentence(error?.message ?? `${path} cannot be used`) }];
  });
}

function loadCompany(
  files: readonly ConfigFile[],
  findings: Finding[],
  secrets: NamedSecret[],
  certificateFiles: NamedFile[],
): Company | undefined {
  const file = files.find(({ path }) => path === 'company.yaml');
  if (file === undefined) {
    const near = files.find(({ path }) => /^company\.[^/]+$/i.test(path));
    findings.push(
      configFinding(
        { file: near?.path ?? 'company.yaml', line: 1, column: 1 },
        'COMPANY_MISSING',
        near === undefined
          ? 'there is no company.yaml in the partners folder; it names our own identities'
          : 'is not read: our own identities are in "company.yaml"',
      ),
    );
    return undefined;
  }
  const result = readConfig(file, companySchema);
  findings.push(...result.findings);
  secrets.push(...listSecretNames(result.value, result.locate));
  certificateFiles.push(...listFileNames(result.value, result.locate));
  return result.value;
}
