import type { Actor } from '../../src/pipeline/actor.ts';
import type { Random } from './random.ts';
import type { Script } from './step.ts';
import { wait } from './step.ts';

const PEOPLE: readonly Actor[] = [
  { name: 'Bea Buyer', roles: ['admin'] },
  { name: 'Carl Chief', roles: ['admin'] },
];

/** People who take any exception that is open and any way out of it, as long as anybody plays. */
export function* decideThis(random: Random, goesOn: () => boolean): Script {
  while (goesOn()) {
    yield wait({ minutes: random.integer(30, 500) });
    const actor = random.pick(PEOPLE);
    const draw = [random.next(), random.next()] as const;
    yield {
      kind: 'ask',
      text: `${actor.name} takes what is open`,
      run: async ({ gateway, context }) => {
        const { records } = await context.store.find('exceptions', {
          where: { status: 'open' },
          orderBy: 'openedAt',
          limit: 50,
        });
        const exception = records[Math.floor(draw[0] * records.length)];
        if (exception === undefined) return;
        const { allowedActions } = exception;
        const action = allowedActions[Math.floor(draw[1] * allowedActions.length)]!;
        const values: Record<string, string> =
          action === 'counter' ? { quantity: '5', priceAmount: '9.50' } : {};
        await gateway.decideException(exception.id, { action, reason: 'so it is', values }, actor);
      },
    };
  }
}
