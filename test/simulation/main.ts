import { parseArgs } from 'node:util';
import { playMany } from './play.ts';
import type { Outcome, Plan } from './play.ts';
import { shrink } from './shrink.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    orders: { type: 'string', default: '100' },
    only: { type: 'string' },
    calm: { type: 'boolean', default: false },
    log: { type: 'boolean', default: false },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  process.stdout.write(
    'Usage: npm run simulate -- [--seed N] [--seeds HOW-MANY] [--orders M] [--only 3,17] [--calm] [--log] [--keep DATA-FOLDER] [--json]\n',
  );
  process.exit(0);
}

const count = Number(values.orders);
const orders =
  values.only === undefined
    ? Array.from({ length: count }, (_, index) => index)
    : values.only.split(',').map(Number);

for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.seeds); seed += 1) {
  const plan: Plan = { seed, orders, of: count, calm: values.calm };
  const kept = values.keep === undefined ? plan : { ...plan, keep: values.keep };
  const outcome = await playMany(kept, values.log ? print : undefined);
  if (outcome.violations.length > 0) {
    await explain(plan, outcome);
    process.exitCode = 1;
  }
  tell(outcome);
}

async function explain(plan: Plan, outcome: Outcome): Promise<void> {
  for (const violation of outcome.violations.slice(0, 10)) process.stderr.write(`BROKEN ${violation}\n`);
  const smallest = await shrink(plan, async (smaller) => (await playMany(smaller)).violations.length > 0);
  const flags = smallest.calm === true ? ' --calm' : '';
  process.stderr.write(
    `\nThe smallest that breaks:\n  npm run simulate -- --seed ${smallest.seed} --orders ${smallest.of} --only ${smallest.orders.join(',')}${flags} --log\n\n`,
  );
  const lines: string[] = [];
  await playMany(smallest, (line) => void lines.push(line));
  process.stderr.write(`${lines.slice(-60).join('\n')}\n`);
}

function tell({ violations, ...outcome }: Outcome): void {
  const told = { ...outcome, violations: violations.length };
  if (values.json) print(JSON.stringify(told));
  else
    print(
      `seed ${told.seed}: ${told.orders} orders, ${told.steps} steps, ${told.crashes} crashes, ${told.violations} violations`,
    );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
