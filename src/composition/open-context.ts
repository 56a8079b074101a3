import { GatewayError } from '../common/errors.ts';
import { hasErrors } from '../common/finding.ts';
import type { Finding } from '../common/finding.ts';
import type { Logger } from '../common/log.ts';
import type { Clock } from '../common/time.ts';
import type { Config } from '../config.ts';
import { loadPartners } from '../partners/load-partners.ts';
import type { LeftOutPartner } from '../partners/load-partners.ts';
import type { PartnerSet } from '../partners/partner-set.ts';
import { readSettingFiles } from '../partners/read-setting-files.ts';
import type { SettingFiles } from '../partners/read-setting-files.ts';
import type { PipelineContext } from '../pipeline/context.ts';
import { createMapLibrary } from '../pipeline/create-map-library.ts';
import { createIdSource } from '../pipeline/ids.ts';
import { openPolicies } from '../pipeline/orders/policy-history.ts';
import type { Store } from '../pipeline/ports/store.ts';

/** What every use case works with: everything that is read from files, and the small sources of time and identity. */
export async function openContext(
  config: Config,
  { store, clock, logger }: { store: Store; clock: Clock; logger: Logger },
) {
  const files = await readSettingFiles(config);
  const { partners, leftOut } = openPartners(files, logger);
  const { library, findings } = createMapLibrary(files.maps, partners);
  for (const finding of findings) logFinding(logger, finding);
  const policyOf = await openPolicies(store, partners);
  let wake: () => void = () => undefined;
  let count: NonNullable<PipelineContext['onReceived']> = () => undefined;
  const context: PipelineContext = {
    store,
    clock,
    ids: createIdSource(clock),
    logger,
    partners,
    maps: library,
    policyOf,
    wake: () => wake(),
    onReceived: (file) => count(file),
  };
  return {
    context,
    leftOut,
    /** Of the files that were read. */
    settingsSha256: files.sha256,
    /** What is done when there is new work; the worker exists only later. */
    wakeOn: (action: typeof wake) => (wake = action),
    /** What is told of each file that comes in. */
    countBy: (action: typeof count) => (count = action),
  };
}

function openPartners(
  { partners, dictionaries }: SettingFiles,
  logger: Logger,
): { partners: PartnerSet; leftOut: LeftOutPartner[] } {
  const { set, findings, leftOut } = loadPartners(partners, { dictionaryFiles: dictionaries });
  for (const finding of findings) logFinding(logger, finding);
  if (set !== undefined) return { partners: set, leftOut };
  throw new GatewayError(
    'PARTNER_INVALID',
    `partners/ cannot be used: ${findings[0]?.message ?? 'company.yaml is missing'} (tradelane partner check)`,
  );
}

function logFinding(logger: Logger, finding: Finding): void {
  const level = hasErrors([finding]) ? 'error' : 'warn';
  logger[level]({ code: finding.code, place: finding.place }, finding.message);
}
