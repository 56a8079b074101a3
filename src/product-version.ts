import { readFileSync } from 'node:fs';

/** The release that runs, as package.json says: `0.1.0`. */
export function productVersion(): string {
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
