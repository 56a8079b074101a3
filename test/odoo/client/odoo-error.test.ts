import { expect, test } from '@jest/globals';
import { faultOfTraceback, toGatewayError, toSilence } from '../../../src/odoo/client/odoo-error.ts';

const PLACE = { model: 'purchase.order.line', method: 'write', ids: [12, 13] };

/** Names as Odoo 19 gave them over JSON-2; the statuses beside them are why a status decides nothing. */
test.each([
  ['odoo.exceptions.UserError', 422, 'ODOO_REJECTED', 'never'],
  ['odoo.exceptions.ValidationError', 422, 'ODOO_REJECTED', 'never'],
  ['builtins.ValueError', 500, 'ODOO_REJECTED', 'never'],
  ['werkzeug.exceptions.UnprocessableEntity', 422, 'ODOO_REJECTED', 'never'],
  ['psycopg2.errors.UniqueViolation', 500, 'ODOO_REJECTED', 'never'],
  ['odoo.exceptions.AccessError', 403, 'ODOO_FORBIDDEN', 'never'],
  ['odoo.exceptions.AccessDenied', 403, 'ODOO_UNAUTHORIZED', 'later'],
  ['werkzeug.exceptions.Unauthorized', 401, 'ODOO_UNAUTHORIZED', 'later'],
  ['odoo.exceptions.MissingError', 404, 'ODOO_NOT_FOUND', 'never'],
  ['werkzeug.exceptions.NotFound', 404, 'ODOO_NOT_FOUND', 'never'],
  ['psycopg2.errors.SerializationFailure', 500, 'ODOO_BUSY', 'later'],
  ['psycopg2.errors.DeadlockDetected', 500, 'ODOO_BUSY', 'later'],
  ['odoo.exceptions.LockError', 409, 'ODOO_BUSY', 'later'],
  ['psycopg2.OperationalError', 500, 'ODOO_UNAVAILABLE', 'later'],
  ['builtins.RecursionError', 500, 'ODOO_FAILED', 'later'],
])('%s (%i) is %s: again %s', (name, _status, code, retryable) => {
  const error = toGatewayError(PLACE, { name, message: 'No.' });
  expect(error).toMatchObject({ code, retryable, details: { odooName: name, outcome: 'none' } });
});

test('an error names the model, the records, and what Odoo says; in one line', () => {
  const { message } = toGatewayError(PLACE, {
    name: 'odoo.exceptions.UserError',
    message: 'The order is locked.\n\nUnlock it first.',
  });
  expect(message).toBe(
    'Odoo refused purchase.order.line.write of 12, 13: The order is locked. Unlock it first. (odoo.exceptions.UserError)',
  );
});

test('many records are told by the first ones', () => {
  const ids = Array.from({ length: 40 }, (_, index) => index + 1);
  const { message } = toGatewayError({ ...PLACE, ids }, { name: 'x', message: 'No.' });
  expect(message).toContain('of 1, 2, 3, 4, 5 and 35 more');
});

test('a traceback of XML-RPC gives its last error, with all its lines, and nothing of the code', () => {
  const text = [
    'Traceback (most recent call last):',
    '  File "/usr/lib/python3/dist-packages/odoo/service/model.py", line 152, in retrying',
    '    result = func()',
    'psycopg2.errors.SerializationFailure: could not serialize access due to concurrent update',
    'CONTEXT:  SQL statement',
  ].join('\n');
  expect(faultOfTraceback(text)).toEqual({
    name: 'psycopg2.errors.SerializationFailure',
    message: 'could not serialize access due to concurrent update\nCONTEXT:  SQL statement',
  });
  expect(toGatewayError(PLACE, faultOfTraceback(text)).message).not.toContain('service/model.py');
});

test('no answer says whether something may have been done', () => {
  expect(toSilence(PLACE, 'cut', 'unknown').message).toMatch(/Whether Odoo has done it is not known/);
  expect(toSilence(PLACE, 'refused', 'none').message).not.toMatch(/not known/);
});
