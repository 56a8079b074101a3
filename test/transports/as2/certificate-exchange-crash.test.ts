import { afterEach, expect, jest, test } from '@jest/globals';
import { Crash } from '../../support/crash.ts';
import { IDENTITIES, Side } from './as2-fixture.ts';
import type { Pair, SideOptions } from './as2-fixture.ts';
import {
  DECIDER,
  DUE,
  RENEWED,
  certificateOf,
  exchangeOf,
  firstProposal,
  proposalsOf,
  settleBoth,
  startExchange,
} from './exchange-fixture.ts';

// A configuration is compiled by the first test that needs it.
jest.setTimeout(120_000);

let pair: Pair;
const others: Side[] = [];
afterEach(async () => {
  await pair.close();
  await Promise.all(others.splice(0).map((side) => side.abandon()));
});

const OURS: SideOptions = {
  ours: 'TRADELANE',
  theirs: 'NORTHWIND',
  settings: 'cem: { accept: sameSubject }',
  own: IDENTITIES.us,
  partner: IDENTITIES.them,
};

const CRASHES = [1, 2, 3, 4, 5].flatMap((at) => [[at, 'before'] as const, [at, 'after'] as const]);

test.each(CRASHES)(
  'the process ends at commit %i (%s it): a request is accepted once and answered once',
  async (at, side) => {
    pair = await startExchange('cem: { accept: sameSubject }');
    const { them } = pair;
    const crash = new Crash(at, side);
    const dying = await Side.start(OURS, { url: them.station.settings.url!, crash });
    them.station.agreements[0]!.settings.url = dying.station.settings.url!;
    const { fingerprint } = certificateOf(RENEWED);
    await exchangeOf(them).propose({ fingerprint, respondBy: DUE }, DECIDER);
    await them.gateway.settle();
    await dying.gateway.settle().catch(() => undefined);
    await crash.ended();
    await dying.abandon();
    const next = await Side.start(OURS, { url: them.station.settings.url!, world: dying.gateway.world });
    others.push(next);
    them.station.agreements[0]!.settings.url = next.station.settings.url!;
    for (let round = 0; round < 3; round += 1) {
      await them.gateway.pass({ minutes: 5 });
      await next.gateway.pass({ minutes: 5 });
    }
    expect(await proposalsOf(next)).toMatchObject([{ status: 'accepted', decidedBy: 'system' }]);
    expect(await next.gateway.all('files')).toMatchObject([{ direction: 'outbound', status: 'sent' }]);
    expect(await proposalsOf(them)).toMatchObject([{ status: 'accepted', decidedBy: 'TRADELANE' }]);
    expect((await next.gateway.all('audit')).map(({ action }) => action)).toEqual(['certificate.accepted']);
    const answers = (await next.messages()).filter(({ direction }) => direction === 'outbound');
    expect(answers).toHaveLength(1);
    expect((await next.messages()).filter(({ direction }) => direction === 'inbound')).toHaveLength(1);
  },
);

test('the process ends while a person decides: decided or not, never half', async () => {
  pair = await startExchange();
  const { us, them } = pair;
  await exchangeOf(them).propose(
    { respondBy: DUE, fingerprint: certificateOf(RENEWED).fingerprint },
    DECIDER,
  );
  await settleBoth(pair);
  const { id } = await firstProposal(us);
  us.gateway.abandon();
  const options = { ...OURS, settings: 'cem: {}' };
  const states = new Set<string>();
  for (const [at, side] of CRASHES) {
    const crash = new Crash(at, side);
    const dying = await Side.start(options, {
      url: them.station.settings.url!,
      world: us.gateway.world,
      crash,
    });
    await exchangeOf(dying)
      .accept(id, { reason: 'Compared.' }, DECIDER)
      .catch(() => undefined);
    await crash.ended();
    await dying.abandon();
    const { status, fileId } = await firstProposal(us);
    const files = (await us.gateway.all('files')).map((file) => file.id);
    expect([status, ...files]).toEqual(status === 'open' ? ['open'] : ['accepted', fileId]);
    states.add(status);
    // Work that its process does not survive so often is given up; that is not the question here.
    if (status === 'accepted') break;
  }
  expect(states).toEqual(new Set(['open', 'accepted']));
  const next = await Side.start(options, { url: them.station.settings.url!, world: us.gateway.world });
  others.push(next);
  await next.gateway.settle();
  await next.gateway.pass({ minutes: 5 });
  expect(await proposalsOf(them)).toMatchObject([{ status: 'accepted', decidedBy: 'TRADELANE' }]);
  expect(await next.gateway.all('files')).toMatchObject([{ status: 'sent' }]);
});
