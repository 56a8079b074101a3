import type { Stage } from '../stage.ts';
import type { Script } from '../step.ts';
import { wait } from '../step.ts';

/** The order is out, and hours later the supplier answers. */
export function* answered(stage: Stage, ...answer: Parameters<Stage['answer']>): Script {
  yield* stage.start();
  yield wait({ hours: stage.random.integer(1, 8) });
  yield stage.answer(...answer);
}
