/** Runs in worker threads: the layers of large messages, off the event loop. */
import { parentPort } from 'node:worker_threads';
import { GatewayError } from '../../common/errors.ts';
import { invariant } from '../../common/invariant.ts';
import { MEMORY_BYTES, Workspace } from './bytes/workspace.ts';
import { packInWorkspace } from './pack-message.ts';
import type { SecurityAnswer, SecurityResults, SecurityWork } from './security-work.ts';
import { Unpacking } from './unpack-message.ts';

invariant(parentPort !== null, 'Runs as a worker thread only');
const port = parentPort;

async function run(work: SecurityWork): Promise<SecurityResults[SecurityWork['kind']]> {
  const workspace = new Workspace(MEMORY_BYTES, work.options.folder);
  try {
    return work.kind === 'pack'
      ? await packInWorkspace(work.parts, work.options, workspace)
      : await new Unpacking(work.keyring, work.options, workspace).unpack(work.headers, work.body);
  } finally {
    workspace.close();
  }
}

port.on('message', (work: SecurityWork) => {
  void run(work)
    .then(
      (result): SecurityAnswer => ({ result }),
      (error: unknown): SecurityAnswer => ({
        error: {
          code: error instanceof GatewayError ? error.code : undefined,
          message: error instanceof Error ? error.message : String(error),
        },
      }),
    )
    .then((answer) => {
      port.postMessage(answer);
    });
});
