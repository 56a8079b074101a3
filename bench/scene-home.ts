import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { prepareHome } from '../test/support/folder-home.ts';
import { REPOSITORY } from '../test/support/gateway.ts';
import { FakeTime } from '../test/pipeline/fake-time.ts';
import { withCopies } from './pipeline-scene.ts';

/** The orders of a scene are of that day: on the true one all their due times have passed. */
const SCENE_TIME = Date.parse(new FakeTime().now());

/** How far the clock of a gateway has to be from the true time to see the orders of a scene on their day. */
export function sceneClockOffsetMs(): number {
  return SCENE_TIME - Date.now();
}

/** Fills an installation folder with the partners of a pipeline scene, each over folders. */
export async function prepareSceneHome(home: string): Promise<void> {
  await prepareHome(home);
  for (const { path: file, text } of withCopies(REPOSITORY).partners) {
    if (!file.startsWith('copy-')) continue;
    const folder = path.dirname(file);
    mkdirSync(path.join(home, 'partners', folder), { recursive: true });
    mkdirSync(path.join(home, 'inbox', folder), { recursive: true });
    const own = text.replaceAll('box/northwind-hardware', `box/${folder}`);
    await writeFile(path.join(home, 'partners', file), own);
  }
}
