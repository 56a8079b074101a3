import { createServer } from 'node:net';

/** Below the ports that the system gives to outgoing connections (32768 and up on Linux): nobody takes one by chance. */
const LOWEST = 12_000;
const HIGHEST = 32_000;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * The first of `count` ports in a row that nobody uses on 127.0.0.1, for programs whose ports have to be known before they start
 * and stay the same when they start again.
 */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST - count));
    const row = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (row.every(Boolean)) return first;
  }
}

if (import.meta.main) process.stdout.write(`${String(await freePorts(Number(process.argv[2])))}\n`);
