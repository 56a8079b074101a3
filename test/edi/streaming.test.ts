import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PURCHASE_ORDER, generateChunks } from '../../bench/generate-edi.ts';

interface Report {
  bytes: number;
  transactions: number;
  splitBytes: number;
  findings: number;
  verdict: string;
  acknowledged: number;
  acknowledgmentFindings: number;
  rssMb: number;
  seconds: number;
}

/** Megabytes of the interchange; `STREAM_MB=1000 npm test -- test/edi/streaming` for a gigabyte. */
const SIZE = Number(process.env['STREAM_MB'] ?? 64);
const MOST_RSS_MB = 150;

const folder = mkdtempSync(path.join(tmpdir(), 'tradelane-stream-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** In a process of its own, so that its memory is its own; the sources are compiled once before. */
async function run(lines: number, bytes: number): Promise<Report> {
  const script = fileURLToPath(new URL('stream-job.ts', import.meta.url));
  const child = spawn(process.execPath, ['--max-semi-space-size=2', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: folder },
  });
  const printed = text(child.stdout);
  await pipeline(Readable.from(generateChunks(PURCHASE_ORDER, lines, bytes)), child.stdin);
  return JSON.parse(await printed) as Report;
}

describe('an interchange of any size', () => {
  beforeAll(() => run(1, 1));

  test(`${SIZE} MB: parsed, validated, split and acknowledged in bounded memory`, async () => {
    const report = await run(500, SIZE * 1e6);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report.bytes).toBeGreaterThanOrEqual(SIZE * 1e6);
    expect(report).toMatchObject({ findings: 0, verdict: 'accepted', acknowledgmentFindings: 0 });
    expect(report.acknowledged).toBe(report.transactions);
    // What is split off is all that stands between the envelopes.
    expect(report.splitBytes).toBeGreaterThan(report.bytes - 1000);
    expect(report.rssMb).toBeLessThan(MOST_RSS_MB);
  }, 600_000);

  test('one 850 of 50,000 lines', async () => {
    const report = await run(50_000, 1);
    process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report).toMatchObject({ transactions: 1, findings: 0, verdict: 'accepted', acknowledged: 1 });
    expect(report.rssMb).toBeLessThan(MOST_RSS_MB);
  }, 120_000);
});
