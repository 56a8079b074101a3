import { expect, test } from '@jest/globals';
import { listSecretNames } from '../../src/partners/secret-names.ts';

test('every secret that settings name is found, with its place', () => {
  const settings = {
    partner: 'acme',
    channels: [
      { type: 'folder', name: 'main' },
      {
        type: 'sftp',
        password: { secret: 'acme-sftp' },
        keys: [{ use: 'sign', key: { secret: 'env:ACME_KEY' } }],
      },
    ],
  };
  const locate = (path: readonly (string | number)[]) => ({ path: path.join('.') });
  expect(listSecretNames(settings, locate)).toEqual([
    { name: 'acme-sftp', place: { path: 'channels.1.password.secret' } },
    { name: 'env:ACME_KEY', place: { path: 'channels.1.keys.0.key.secret' } },
  ]);
});
