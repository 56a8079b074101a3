import { readConfig } from '../config.ts';
import { isFolder } from '../folders.ts';
import type { Gateway } from '../pipeline/gateway.ts';
import type { CliEnvironment } from './environment.ts';
import { remark } from './output.ts';

/** Opens the installation beside a running gateway, hands it to the command and closes it whatever happens. */
export async function withGateway(
  environment: CliEnvironment,
  command: (gateway: Gateway) => Promise<void> | void,
): Promise<void> {
  const config = readConfig(environment.variables);
  const isNew = config.mongodbUri === undefined && !(await isFolder(config.dataFolder));
  const opened = await environment.openGateway({ mode: 'read', config });
  if (isNew) remark(`There was no data folder ${config.dataFolder}: it is made now, and knows nothing yet.`);
  try {
    await command(opened.gateway);
  } finally {
    await opened.close();
  }
}
