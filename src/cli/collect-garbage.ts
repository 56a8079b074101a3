import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { relieveEvery } from '../common/release.ts';

/** Of large content; each byte is released some five times on its way. */
const RELIEF_BYTES = 128 * 1024 * 1024;

type Collect = (options: { type: 'major'; flavor: 'last-resort' }) => void;

/**
 * Keeps the memory of a gateway small where V8 would take what there is. At once, for the end of a start: loading nine hundred
 * modules leaves as much garbage as what stays, and it is given back to the system (a third of a second). From then on while
 * large content passes (a twentieth of a second each time): the young generation, which may be large for the sake of many small
 * files, shrinks to what is in use. Only a collection of the last resort shrinks it.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  const collect = (): void => gc({ type: 'major', flavor: 'last-resort' });
  collect();
  relieveEvery(RELIEF_BYTES, collect);
}
