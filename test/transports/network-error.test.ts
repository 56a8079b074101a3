import { get } from 'node:http';
import { expect, test } from '@jest/globals';
import { toNetworkError } from '../../src/transports/network-error.ts';

test('a call that was broken off because it took too long says so', async () => {
  const call = get('http://127.0.0.1/', { signal: AbortSignal.abort() });
  const error = await new Promise((resolve) => call.once('error', resolve));
  expect(toNetworkError(error, 'call the webhook').message).toBe(
    'Cannot call the webhook: no answer in time (ABORT_ERR).',
  );
});
