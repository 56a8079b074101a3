import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { INVOIC, ORDERS, PURCHASE_ORDER, generateInterchange } from '../../bench/generate-edi.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const FOLDERS = ['maps/samples', 'partners', 'test/fixtures'];

/** Largest sample that is mutated: many small runs find more than few large ones. */
const MAX_BYTES = 6000;

/** What is mutated: the project's samples and fixtures, and generated interchanges of each kind. */
export function readOriginals(): Uint8Array[] {
  const files = FOLDERS.flatMap((folder) => {
    const names = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    return names.filter((name) => name.endsWith('.edi')).map((name) => path.join(ROOT, folder, name));
  });
  const samples = files.sort().map((file) => new Uint8Array(readFileSync(file)));
  const generated = [PURCHASE_ORDER, ORDERS, INVOIC].map((kind) => generateInterchange(kind, 3, 1500));
  return [...samples, ...generated].filter((bytes) => bytes.length > 0 && bytes.length <= MAX_BYTES);
}
