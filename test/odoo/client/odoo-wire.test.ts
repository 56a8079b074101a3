import { expect, test } from '@jest/globals';
import { toPositional } from '../../../src/odoo/client/odoo-wire.ts';

test('records come first, then what older dispatchers take by position, the rest by name', () => {
  expect(toPositional('write', { ids: [7], vals: { a: 1 }, context: { lang: 'en_US' } })).toEqual({
    positional: [[7], { a: 1 }],
    named: { context: { lang: 'en_US' } },
  });
  expect(toPositional('create', { vals_list: [{ a: 1 }] })).toEqual({ positional: [[{ a: 1 }]], named: {} });
  expect(toPositional('search_read', { domain: [], fields: ['name'], limit: 5 })).toEqual({
    positional: [[], ['name']],
    named: { limit: 5 },
  });
});

test('what comes after a missing position goes by name', () => {
  expect(toPositional('fields_get', { attributes: ['type'] })).toEqual({
    positional: [],
    named: { attributes: ['type'] },
  });
});
