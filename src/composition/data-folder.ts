import { constants } from 'node:fs';
import { access, chmod, stat } from 'node:fs/promises';
import { GatewayError } from '../common/errors.ts';
import type { Logger } from '../common/log.ts';
import { isFolder, makeFolder } from '../folders.ts';

const OURS = 0o700;
/** What everybody on the machine may do. */
const OTHERS = 0o007;

/** A slip of the pen must not become a new, empty installation. Throws CONFIG_INVALID. */
export async function requireHome(home: string): Promise<void> {
  if (await isFolder(home)) return;
  throw new GatewayError(
    'CONFIG_INVALID',
    `TRADELANE_HOME is ${home}, and there is no such folder. Expected is the one with partners/, maps/, inbox/ and outbox/.`,
  );
}

/**
 * Makes the data folder, and shuts it to the other users of the machine: the store in it holds every document, and the key that
 * signs sessions. What its group may do is left as it is. Throws CONFIG_INVALID.
 */
export async function prepareDataFolder(folder: string, logger: Logger): Promise<void> {
  try {
    await makeFolder(folder, { mode: OURS });
    await access(folder, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new GatewayError(
      'CONFIG_INVALID',
      `The data folder ${folder} cannot be made or written: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}. Set TRADELANE_DATA to a folder that this user may write, on a disk that is not read-only.`,
      { cause },
    );
  }
  if (process.platform === 'win32') return;
  const { mode } = await stat(folder);
  if ((mode & OTHERS) === 0) return;
  try {
    await chmod(folder, mode & ~OTHERS & 0o7777);
  } catch (error) {
    logger.warn(
      { folder, error },
      'Other users of this machine can read the data folder, and it cannot be shut to them: chmod o= it',
    );
  }
}
