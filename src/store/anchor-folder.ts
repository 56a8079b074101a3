import { open, readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { GatewayError } from '../common/errors.ts';
import { makeFolder } from '../folders.ts';
import type { AuditAnchor } from '../pipeline/audit.ts';

const NAME = /^audit-\d+\.json$/;

const anchorSchema = z.strictObject({
  sequence: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.iso.datetime(),
});

/** Puts an anchor into a folder, best one that this machine can add to but not change. The same again changes nothing. */
export async function writeAnchor(folder: string, anchor: AuditAnchor): Promise<void> {
  await makeFolder(folder);
  const file = path.join(folder, `audit-${String(anchor.sequence).padStart(12, '0')}.json`);
  if (await readFile(file).catch(() => undefined)) return;
  const beside = `${file}.tmp`;
  const handle = await open(beside, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(anchor)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
}

/** Every anchor of a folder. Throws FILE_UNREADABLE. */
export async function readAnchors(folder: string): Promise<AuditAnchor[]> {
  const anchors: AuditAnchor[] = [];
  let file = folder;
  try {
    for (const name of (await readdir(folder)).filter((one) => NAME.test(one)).sort()) {
      file = path.join(folder, name);
      anchors.push(anchorSchema.parse(JSON.parse(await readFile(file, 'utf8'))));
    }
  } catch (cause) {
    throw new GatewayError('FILE_UNREADABLE', `${file} cannot be read as anchors of the audit log.`, {
      cause,
    });
  }
  return anchors;
}
