import { readConfig } from '../config.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { CliEnvironment } from './environment.ts';

/** Opens the installation beside a running gateway, hands it to the command and closes it whatever happens. */
export async function withGateway(
  environment: CliEnvironment,
  command: (gateway: Gateway) => Promise<void> | void,
): Promise<void> {
  const opened = await environment.openGateway({ mode: 'read', config: readConfig(environment.variables) });
  try {
    await command(opened.gateway);
  } finally {
    await opened.close();
  }
}
