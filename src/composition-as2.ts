import type { As2Tools } from './cli/environment.ts';
import type { Config } from './config.ts';
import { openSecrets } from './secrets/open-secrets.ts';
import { openAs2Tools } from './transports/as2/as2-tools.ts';

/** AS2 for the command line: certificates and evidence, without a store or a listener. */
export function openAs2(config: Config): Promise<As2Tools> {
  const { home, partnersFolder } = config;
  const secrets = openSecrets(config, process.env);
  return openAs2Tools({ home, partnersFolder, secrets, now: () => new Date().toISOString() });
}
