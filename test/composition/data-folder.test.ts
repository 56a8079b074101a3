import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { prepareDataFolder } from '../../src/composition/data-folder.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';
import { silentLogger } from '../support/silent-logger.ts';

let home: ReturnType<typeof temporaryFolder>;
let data: string;
beforeEach(() => {
  home = temporaryFolder();
  data = join(home.path, 'data');
});
afterEach(() => home.remove());

const modeOf = (folder: string) => statSync(folder).mode & 0o777;

describe('the data folder', () => {
  test('that is made is for its owner alone', async () => {
    await prepareDataFolder(data, silentLogger);
    expect(modeOf(data)).toBe(0o700);
  });

  test('of an earlier release is shut to others, and what its group may do stays', async () => {
    mkdirSync(data);
    chmodSync(data, 0o755);
    await prepareDataFolder(data, silentLogger);
    expect(modeOf(data)).toBe(0o750);
  });
});
