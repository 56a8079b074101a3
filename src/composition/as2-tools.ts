import type { As2Tools, PartnerEnd } from '../cli/environment.ts';
import type { Config } from '../config.ts';
import { createIdSource } from '../pipeline/ids.ts';
import { openSecrets } from '../secrets/open-secrets.ts';
import { openAs2Tools } from '../transports/as2/as2-tools.ts';
import { openPartnerStation } from '../transports/as2/open-partner-station.ts';

const clock = { now: () => new Date().toISOString() };
const ids = createIdSource(clock);

/** AS2 for the command line: certificates and evidence, without a store or a listener. */
export function openAs2(config: Config): Promise<As2Tools> {
  const { home, dataFolder, partnersFolder } = config;
  const secrets = openSecrets(config, process.env);
  return openAs2Tools({ home, dataFolder, partnersFolder, secrets, now: () => clock.now() });
}

/** The AS2 station of a partner that is played on this machine. */
export function openDemoPartner(config: Config, partnerId: string, gatewayUrl: string): Promise<PartnerEnd> {
  const { home, dataFolder, partnersFolder } = config;
  const secrets = openSecrets(config, process.env);
  const nextId = () => ids.next();
  return openPartnerStation({
    home,
    dataFolder,
    partnersFolder,
    secrets,
    clock,
    nextId,
    partnerId,
    gatewayUrl,
  });
}
