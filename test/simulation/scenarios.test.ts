import { describe, expect, test } from '@jest/globals';
import { tellEnd } from './ending.ts';
import { playAlone } from './play.ts';
import { SCENARIOS } from './scenarios/index.ts';

/** Every case alone, in good weather: how it ends is told in its file, and docs/scenarios.md lists them all. */
describe.each(SCENARIOS.map((scenario) => [scenario.number, scenario.what, scenario] as const))(
  'case %i: %s',
  (_, __, scenario) => {
    test(
      scenario.does,
      async () => {
        const { simulation, stage } = await playAlone(scenario);
        expect(simulation.violations).toEqual([]);
        expect(await tellEnd(simulation.world, [stage.id])).toEqual(scenario.end);
        await simulation.close();
      },
      60_000,
    );
  },
);
