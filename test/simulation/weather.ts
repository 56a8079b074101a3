import { GatewayError } from '../../src/common/errors.ts';
import type { World } from '../support/gateway.ts';
import type { Random } from './random.ts';
import type { Script, Step } from './step.ts';
import { wait } from './step.ts';

const DOWN = new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused');

/** What goes wrong around the gateway, as long as anybody plays. */
export function* blow(random: Random, world: World, goesOn: () => boolean): Script {
  while (goesOn()) {
    yield wait({ minutes: random.integer(20, 600) });
    yield* random.pick([closeChannel, closeErp, setClock])(random, world);
  }
}

/** Ends the process again and again: now, or at some point of what is done next. The more orders, the more often. */
export function* endProcesses(random: Random, goesOn: () => boolean, orders: number): Script {
  const pause = Math.max(10, Math.round(20_000 / orders));
  while (goesOn()) {
    yield wait({ minutes: random.integer(1, 2 * pause) });
    yield {
      kind: 'crash',
      points: random.chance(0.2) ? 0 : random.integer(1, 60),
      downMinutes: random.chance(0.1) ? random.integer(1, 1_500) : 0,
    };
  }
}

function* closeChannel(random: Random, world: World): Script {
  const id = random.pick([...world.channels.keys()]);
  yield outside(`the channel of ${id} is down`, ({ channels }) => (channels.get(id)!.failure = DOWN));
  yield wait({ minutes: random.integer(10, 900) });
  yield outside(`the channel of ${id} is back`, ({ channels }) => (channels.get(id)!.failure = undefined));
}

function* closeErp(random: Random): Script {
  yield outside('the ERP is down', ({ erp }) => (erp.failure = DOWN));
  yield wait({ minutes: random.integer(10, 180) });
  yield outside('the ERP is back', ({ erp }) => (erp.failure = undefined));
}

/** Away from true time for a while, in either direction. */
function* setClock(random: Random): Script {
  const minutes = random.integer(1, 90) * (random.chance(0.5) ? 1 : -1);
  yield { kind: 'setClock', minutes };
  yield wait({ minutes: random.integer(5, 400) });
  yield { kind: 'setClock', minutes: -minutes };
}

function outside(text: string, act: (world: World) => void): Step {
  return { kind: 'outside', text, act };
}
