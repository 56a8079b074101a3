import { statfs } from 'node:fs/promises';
import type { Gauges } from '../pipeline/ports/gauges.ts';

/** The machine that this process runs on. */
export function systemGauges(dataFolder: string): Gauges {
  return {
    async disk() {
      const { bavail, blocks, bsize } = await statfs(dataFolder);
      return { free: bavail * bsize, size: blocks * bsize };
    },
    steadyMs: () => performance.now(),
  };
}
