import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface CliRun {
  status: number | null;
  stdout: Buffer;
  stderr: string;
}

/** Runs `tradelane` as a user does: a process of its own, from the repository's folder. */
export function runCli(
  args: readonly string[],
  options: {
    input?: Uint8Array | string;
    home?: string;
    data?: string;
    variables?: Record<string, string>;
  } = {},
): CliRun {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`${ROOT}src/main.ts`, ...args], {
    cwd: ROOT,
    env: {
      ...process.env,
      TRADELANE_HOME: options.home ?? ROOT,
      ...(options.data !== undefined && { TRADELANE_DATA: options.data }),
      NO_COLOR: '1',
      NODE_OPTIONS: '',
      ...options.variables,
    },
    timeout: 60_000,
    maxBuffer: 1 << 28,
    ...(options.input !== undefined && { input: options.input }),
  });
  return { status, stdout, stderr: stderr.toString() };
}
