import { expect, test } from '@jest/globals';
import { GatewayError } from '../../../src/common/errors.ts';
import { retryDelayMs } from '../../../src/pipeline/work/retry-policy.ts';

/** Minutes until the last attempt, where every one fails, and how many there are. */
function persist(kind: 'writeErp' | 'sendFile', random: number): { minutes: number; attempts: number } {
  const down = new GatewayError('TRANSPORT_UNAVAILABLE', 'connection refused');
  let ms = 0;
  for (let attempts = 1; ; attempts += 1) {
    const delay = retryDelayMs(kind, attempts, down, random);
    if (delay === undefined) return { minutes: ms / 60_000, attempts };
    ms += delay;
  }
}

test.each([0, 0.5, 1])(
  'an outage of the ERP for two hours gives nothing up, however the pauses are spread (%s)',
  (random) => {
    const { minutes, attempts } = persist('writeErp', random);
    expect(attempts).toBe(10);
    expect(minutes).toBeGreaterThan(150);
  },
);

test('a partner who is down for most of a day gets everything', () => {
  expect(persist('sendFile', 0).minutes).toBeGreaterThan(18 * 60);
});
