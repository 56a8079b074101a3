import { expect, test } from '@jest/globals';
import { writeBill } from '../../../src/odoo/write/write-bill.ts';
import type { WriteContext } from '../../../src/odoo/write/write-context.ts';
import type { ErpCommand } from '../../../src/pipeline/ports/erp.ts';

/** Our bill, as a person has left it. */
function contextOf(state: string, calls: string[]): WriteContext {
  const client = {
    call: (model: string, method: string) => {
      calls.push(`${model}.${method}`);
      return Promise.resolve(['account.move', 55]);
    },
    searchRead: () => Promise.resolve([{ id: 55, state, amount_total: 240 }]),
  };
  const link = { data: { moveId: 55 } };
  const store = { get: (kind: string) => Promise.resolve(kind === 'erpLinks' ? link : undefined) };
  const settings = { bills: 'postApproved', notes: false, roundingTolerance: '0.05' };
  return { client, store, settings } as unknown as WriteContext;
}

const COMMAND = {
  key: 'erp/invoice/1',
  document: { documentType: 'invoice', id: 'I-1' },
  data: { invoiceId: '1', payable: '240', text: [], approvals: [] },
} as unknown as ErpCommand;

test('a bill of ours that a person has cancelled is no bill that was written: redriven, it is told', async () => {
  const calls: string[] = [];
  await expect(writeBill(contextOf('cancel', calls), COMMAND)).rejects.toThrow(
    'The bill of I-1 that was made in Odoo (account.move 55) is cancelled there.',
  );
  expect(calls).toEqual(['ir.model.data.check_object_reference']);
});

test('one that he has posted is left as it is', async () => {
  const calls: string[] = [];
  expect(await writeBill(contextOf('posted', calls), COMMAND)).toBe('account.move,55');
  expect(calls).toEqual(['ir.model.data.check_object_reference']);
});
