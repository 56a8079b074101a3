import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../temporary-folder.ts';

test('a commit that does not fit on the disk is refused whole, and the store works on', () => {
  const folder = temporaryFolder();
  const script = join(import.meta.dirname, 'fill-disk.ts');
  const output = execFileSync(
    'sh',
    [
      '-c',
      'ulimit -f 20000; exec "$0" --disable-warning=ExperimentalWarning "$1" "$2"',
      process.execPath,
      script,
      join(folder.path, 't.db'),
    ],
    { encoding: 'utf8' },
  );
  folder.remove();
  expect(JSON.parse(output)).toEqual({
    outcomes: ['stored', 'STORE_UNAVAILABLE', 'stored'],
    ids: ['after', 'small'],
    integrity: [],
  });
});
