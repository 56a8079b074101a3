import type { Clock } from '../common/time.ts';
import type { Config } from '../config.ts';
import type { SecretKeeper } from '../pipeline/ports/secrets.ts';
import { SecretStore } from './secret-store.ts';

const clock: Clock = { now: () => new Date().toISOString() };

/** The secrets of an installation; `variables` is where `env:NAME` is looked up. */
export function openSecrets(
  { dataFolder, secretKey, secretsFolder }: Config,
  variables: Readonly<Record<string, string | undefined>>,
): SecretKeeper {
  return new SecretStore({
    dataFolder,
    clock,
    variables,
    mountedFolder: secretsFolder,
    ...(secretKey !== undefined && { key: secretKey }),
  });
}
