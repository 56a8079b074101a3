import { expect, test } from '@jest/globals';
import { webhookKey } from '../../src/common/webhook-key.ts';

const text = (key: Uint8Array): string => Buffer.from(key).toString();

test.each([
  ['padded', 'whsec_c2l4dGVlbiBieXRlcw==', 'sixteen bytes'],
  ['without padding', 'whsec_c2l4dGVlbiBieXRlcw', 'sixteen bytes'],
  ['of any length', 'whsec_c2l4dGVlbiBieXRlcy4=', 'sixteen bytes.'],
])('a secret behind whsec_ is Base64, %s', (_, secret, key) => {
  expect(text(webhookKey(secret))).toBe(key);
});

test.each(['c2l4dGVlbg==', 'whsec_', 'whsec_c2l4d', 'whsec_not base64', 'whsec_c2l4dA='])(
  'any other secret is its own text: %s',
  (secret) => {
    expect(text(webhookKey(secret))).toBe(secret);
  },
);
