import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Finding } from '../common/finding.ts';
import { readConfig } from '../config.ts';
import { loadPartners } from '../partners/load-partners.ts';
import type { LoadedPartners } from '../partners/load-partners.ts';
import { readSettingFiles } from '../partners/read-setting-files.ts';
import type { NamedFile, NamedSecret } from '../partners/secret-names.ts';
import type { CliEnvironment } from './environment.ts';

/** Company, partners, dictionaries and the maps that they name, as the files say now. */
export async function readPartners(environment: CliEnvironment): Promise<LoadedPartners> {
  const { partners, maps, dictionaries } = await readSettingFiles(readConfig(environment.variables));
  return loadPartners(partners, { standardMaps: maps, dictionaryFiles: dictionaries });
}

/** The same, with the secrets that are not set and the files of certificates that are not there. */
export async function checkPartners(
  environment: CliEnvironment,
): Promise<Pick<LoadedPartners, 'set' | 'findings'>> {
  const { set, findings, secrets, certificateFiles } = await readPartners(environment);
  return {
    set,
    findings: [
      ...findings,
      ...missingFiles(environment, certificateFiles),
      ...(await missingSecrets(environment, secrets)),
    ],
  };
}

/** A warning only, as with secrets: keys are often on another machine. */
function missingFiles(environment: CliEnvironment, files: readonly NamedFile[]): Finding[] {
  const { home } = readConfig(environment.variables);
  return files
    .filter(({ name }) => !existsSync(path.join(home, name)))
    .map(({ name, place }) => ({
      code: 'FILE_MISSING',
      severity: 'warning',
      message: `there is no file ${path.join(home, name)}: put the certificate or key there; names begin at the folder of the installation`,
      place,
      actual: name,
    }));
}

/** A warning only: secrets are often set on another machine than the one where settings are checked. */
async function missingSecrets(
  environment: CliEnvironment,
  secrets: readonly NamedSecret[],
): Promise<Finding[]> {
  const keeper = await environment.openSecrets(readConfig(environment.variables));
  const findings: Finding[] = [];
  for (const { name, place } of secrets) {
    if (await keeper.has(name)) continue;
    const message = `the secret "${name}" is not set here${name.includes(':') ? '' : `: tradelane secret set ${name}`}`;
    findings.push({ code: 'SECRET_MISSING', severity: 'warning', message, place, actual: name });
  }
  return findings;
}
