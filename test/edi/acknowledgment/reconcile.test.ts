import { describe, expect, test } from '@jest/globals';
import {
  describeCode,
  readAcknowledgments,
  reconcileAcknowledgment,
  type AcknowledgmentStatus,
  type FunctionalAcknowledgmentReport,
  type Reconciliation,
  type SentGroup,
} from '../../../src/edi/acknowledgment/index.ts';
import { readInterchange } from '../read-text.ts';
import { answer, writeAnswer } from './answer-text.ts';

const NOW = '2026-02-02T08:00:00.000Z';

function x12Answer(body: string, ta1 = ''): FunctionalAcknowledgmentReport[] {
  const isa =
    'ISA*00*          *00*          *ZZ*PARTNER        *ZZ*US             *260202*0800*U*00401*000000700*0*P*>~\n';
  const lines = body === '' ? [] : body.trim().split(/\n\s*/);
  const group =
    lines.length === 0
      ? ''
      : `GS*FA*PGS*UGS*20260202*0800*70*X*004010~\nST*997*0001~\n${lines.join('~\n')}~\nSE*${lines.length + 2}*0001~\nGE*1*70~\n`;
  return readAcknowledgments(readInterchange(`${isa}${ta1}${group}IEA*${group === '' ? 0 : 1}*000000700~\n`));
}

function contrl(body: string): FunctionalAcknowledgmentReport[] {
  const lines = body.trim().split(/\n\s*/);
  const text = `UNB+UNOC:3+PARTNER:14+US:14+260202:0800+700'UNH+1+CONTRL:D:3:UN'${lines.join("'")}'UNT+${lines.length + 2}+1'UNZ+1+700'`;
  return readAcknowledgments(readInterchange(text));
}

function sentX12(
  changes: Partial<SentGroup> = {},
  statuses: AcknowledgmentStatus[] = ['pending', 'pending'],
): SentGroup {
  return {
    standard: 'x12',
    sentAt: '2026-02-01T08:00:00.000Z',
    interchangeControlNumber: '000000123',
    senderId: 'US',
    receiverId: 'PARTNER',
    applicationSender: 'UGS',
    applicationReceiver: 'PGS',
    functionalId: 'PO',
    controlNumber: '77',
    transactions: statuses.map((status, i) => ({
      id: `order-${i + 1}`,
      type: '850',
      controlNumber: `000${i + 1}`,
      status,
    })),
    ...changes,
  };
}

function sentEdifact(statuses: AcknowledgmentStatus[] = ['pending', 'pending']): SentGroup {
  return {
    ...sentX12({
      standard: 'edifact',
      interchangeControlNumber: 'IC9',
      functionalId: '',
      controlNumber: '',
      applicationSender: '',
      applicationReceiver: '',
    }),
    transactions: statuses.map((status, i) => ({
      id: `order-${i + 1}`,
      type: 'ORDERS',
      controlNumber: `${i + 1}`,
      status,
    })),
  };
}

function reconcile([report]: FunctionalAcknowledgmentReport[], sent: SentGroup[]): Reconciliation {
  if (!report) throw new Error('no acknowledgment was read');
  return reconcileAcknowledgment(report, sent, NOW);
}

function statuses({ results }: Reconciliation): string[] {
  return results.map(({ id, status }) => `${id} ${status}`);
}

function codes({ findings }: Reconciliation): string[] {
  return findings.map(({ code }) => code);
}

describe('997', () => {
  test.each([
    [
      'all accepted, listed',
      'AK1*PO*77\nAK2*850*0001\nAK5*A\nAK2*850*0002\nAK5*A\nAK9*A*2*2*2',
      ['order-1 accepted', 'order-2 accepted'],
    ],
    ['all accepted, not listed', 'AK1*PO*77\nAK9*A*2*2*2', ['order-1 accepted', 'order-2 accepted']],
    [
      'accepted with errors',
      'AK1*PO*77\nAK2*850*0001\nAK5*E*5\nAK9*E*2*2*2',
      ['order-1 acceptedWithErrors', 'order-2 acceptedWithErrors'],
    ],
    [
      'partial, only the rejected one listed',
      'AK1*PO*77\nAK2*850*0002\nAK5*R*5\nAK9*P*2*2*1',
      ['order-1 accepted', 'order-2 rejected'],
    ],
    ['rejected as a whole', 'AK1*PO*77\nAK9*R*2*2*0*4', ['order-1 rejected', 'order-2 rejected']],
    [
      'M, W and X reject too',
      'AK1*PO*77\nAK2*850*0001\nAK5*W\nAK9*P*2*2*1',
      ['order-1 rejected', 'order-2 accepted'],
    ],
    [
      'numbers without leading zeros',
      'AK1*PO*0077\nAK2*850*1\nAK5*A\nAK2*850*2\nAK5*R\nAK9*P*2*2*1',
      ['order-1 accepted', 'order-2 rejected'],
    ],
  ])('%s', (_, body, expected) => {
    const reconciliation = reconcile(x12Answer(body), [sentX12()]);
    expect(statuses(reconciliation)).toEqual(expected);
    expect(codes(reconciliation)).toEqual([]);
  });

  test.each([
    [
      'a listed set of another type says nothing of ours',
      'AK1*PO*77\nAK2*855*0001\nAK5*R*5\nAK9*P*2*2*1',
      ['order-2 accepted'],
      [],
      '997 answers transaction 0001 of group 77 as 855, which we sent as 850.',
    ],
    [
      'but a verdict on the whole group does',
      'AK1*PO*77\nAK2*855*0001\nAK5*A\nAK9*A*2*2*2',
      ['order-1 accepted', 'order-2 accepted'],
      [],
      '997 answers transaction 0001 of group 77 as 855, which we sent as 850.',
    ],
    [
      'a set that is answered twice and not alike',
      'AK1*PO*77\nAK2*850*0001\nAK5*A\nAK2*850*0001\nAK5*R*5\nAK9*P*2*2*1',
      ['order-2 accepted'],
      ['FA_COUNT_MISMATCH'],
      '997 answers transaction 0001 of group 77 twice, and not alike.',
    ],
    [
      'a verdict that is none, in a group that is accepted in part',
      'AK1*PO*77\nAK2*850*0001\nAK5*P\nAK9*P*2*2*1',
      ['order-2 accepted'],
      [],
      '997 says nothing for certain of 850 0001: what was known of it stays.',
    ],
    [
      'without AK9 only the listed ones are told',
      'AK1*PO*77\nAK2*850*0001\nAK5*A',
      ['order-1 accepted'],
      [],
      '997 says nothing for certain of 850 0002: what was known of it stays.',
    ],
    [
      'another version than ours',
      'AK1*PO*77*004010\nAK9*A*2*2*2',
      ['order-1 accepted', 'order-2 accepted'],
      [],
      '997 answers group 77 in version 004010, which we sent in 005010VICS.',
    ],
  ])('%s', (_, body, expected, others, message) => {
    const reconciliation = reconcile(x12Answer(body), [sentX12({ version: '005010VICS' })]);
    expect(statuses(reconciliation)).toEqual(expected);
    const misfits = reconciliation.findings.filter(({ code }) => code === 'FA_MISMATCH');
    expect(misfits.map((finding) => [finding.severity, finding.message])).toContainEqual([
      'warning',
      message,
    ]);
    expect(codes(reconciliation).filter((code) => code !== 'FA_MISMATCH')).toEqual(others);
  });

  test.each(['005010VICS', '005010', ''])('a version that fits: %s', (version) => {
    const reports = x12Answer(`AK1*PO*77*${version}\nAK9*A*2*2*2`);
    expect(codes(reconcile(reports, [sentX12({ version: '005010VICS' })]))).toEqual([]);
    expect(codes(reconcile(reports, [sentX12()]))).toEqual([]);
  });

  test('a rejection tells what is wrong at the positions of our segments', () => {
    const body =
      'AK1*PO*77\nAK2*850*0001\nAK3*BEG*2**8\nAK4*5*373*8*20261301\nAK3*N1*4**3\nAK5*R*5\nAK9*P*2*2*1';
    const [rejected] = reconcile(x12Answer(body), [sentX12()]).results;
    expect(rejected).toMatchObject({
      id: 'order-1',
      previous: 'pending',
      codes: [{ level: 'transaction', code: '5' }],
      segments: [
        {
          segmentId: 'BEG',
          position: 2,
          code: '8',
          elements: [{ element: 5, elementId: '373', code: '8', copy: '20261301' }],
        },
        { segmentId: 'N1', position: 4, code: '3', elements: [] },
      ],
    });
  });

  test.each([
    ['another number', { controlNumber: '78' }],
    ['another functional id', { functionalId: 'PC' }],
    ['another application sender', { applicationSender: 'OTHER' }],
    ['another application receiver', { applicationReceiver: 'OTHER' }],
    ['older than the window', { sentAt: '2025-10-01T08:00:00.000Z' }],
  ])('does not match a group with %s', (_, changes) => {
    const reconciliation = reconcile(x12Answer('AK1*PO*77\nAK9*A*2*2*2'), [sentX12(changes)]);
    expect([statuses(reconciliation), codes(reconciliation)]).toEqual([[], ['FA_UNMATCHED']]);
  });

  test('matches what was sent by a clock that ran ahead', () => {
    const sent = sentX12({ sentAt: '2026-02-03T08:00:00.000Z' });
    const reconciliation = reconcile(x12Answer('AK1*PO*77\nAK9*A*2*2*2'), [sent]);
    expect([statuses(reconciliation), codes(reconciliation)]).toEqual([
      ['order-1 accepted', 'order-2 accepted'],
      [],
    ]);
  });

  test('after a rollover the newest group of that number is meant', () => {
    const old = sentX12({ sentAt: '2026-01-01T08:00:00.000Z' }, ['accepted', 'accepted']);
    const reconciliation = reconcile(x12Answer('AK1*PO*77\nAK9*R*2*2*0'), [old, sentX12()]);
    expect(reconciliation.results.map(({ group }) => group.sentAt)).toEqual([
      '2026-02-01T08:00:00.000Z',
      '2026-02-01T08:00:00.000Z',
    ]);
  });

  test.each([
    ['AK902', 'AK9*A*3*2*2'],
    ['AK903', 'AK9*A*2*1*2'],
    ['AK904', 'AK9*P*2*2*2'],
  ])('a wrong %s is told, and changes nothing', (element, summary) => {
    const listed = element === 'AK904' ? 'AK2*850*0001\nAK5*R*5\n' : '';
    const reconciliation = reconcile(x12Answer(`AK1*PO*77\n${listed}${summary}`), [sentX12()]);
    expect(codes(reconciliation)).toEqual(['FA_COUNT_MISMATCH']);
    expect(reconciliation.findings[0]?.message).toContain(element);
    expect(reconciliation.results).toHaveLength(2);
  });

  test('a set that we did not send is told', () => {
    const body = 'AK1*PO*77\nAK2*850*0009\nAK5*R\nAK9*A*2*2*2';
    const reconciliation = reconcile(x12Answer(body), [sentX12()]);
    expect([statuses(reconciliation), codes(reconciliation)]).toEqual([
      ['order-1 accepted', 'order-2 accepted'],
      ['FA_UNMATCHED'],
    ]);
  });
});

describe('a second answer', () => {
  const accepts = 'AK1*PO*77\nAK9*A*2*2*2';
  const rejects = 'AK1*PO*77\nAK9*R*2*2*0';

  test('that says the same is a duplicate', () => {
    const reconciliation = reconcile(x12Answer(accepts), [sentX12({}, ['accepted', 'accepted'])]);
    expect(reconciliation).toMatchObject({ duplicate: true, results: [] });
    expect(codes(reconciliation)).toEqual(['FA_DUPLICATE']);
  });

  test('that rejects what was accepted is a conflict: the first counts', () => {
    const reconciliation = reconcile(x12Answer(rejects), [sentX12({}, ['accepted', 'acceptedWithErrors'])]);
    expect([statuses(reconciliation), codes(reconciliation)]).toEqual([[], ['FA_CONFLICT', 'FA_CONFLICT']]);
    expect(reconciliation.findings[0]?.severity).toBe('warning');
  });

  test('that accepts what was rejected counts: the partner processed it again', () => {
    const reconciliation = reconcile(x12Answer(accepts), [sentX12({}, ['rejected', 'accepted'])]);
    expect(statuses(reconciliation)).toEqual(['order-1 accepted']);
    expect(reconciliation.findings).toMatchObject([{ code: 'FA_CONFLICT', severity: 'info' }]);
  });

  test('that comes after the deadline still counts', () => {
    expect(statuses(reconcile(x12Answer(accepts), [sentX12({}, ['overdue', 'overdue'])]))).toEqual([
      'order-1 accepted',
      'order-2 accepted',
    ]);
  });
});

describe('TA1', () => {
  test('that accepts says that the interchange arrived, and settles nothing', () => {
    const reports = x12Answer('', 'TA1*000000123*260201*0800*A*000~\n');
    expect(statuses(reconcile(reports, [sentX12()]))).toEqual([
      'order-1 receivedOnly',
      'order-2 receivedOnly',
    ]);
    expect(reconcile(reports, [sentX12({}, ['accepted', 'rejected'])])).toMatchObject({
      duplicate: true,
      results: [],
    });
  });

  test('that rejects rejects every group of the interchange', () => {
    const reports = x12Answer('', 'TA1*000000123*260201*0800*R*021~\n');
    const changes = sentX12({ functionalId: 'PC', controlNumber: '78' }, ['pending']);
    const reconciliation = reconcile(reports, [sentX12(), changes]);
    expect(statuses(reconciliation)).toEqual(['order-1 rejected', 'order-2 rejected', 'order-1 rejected']);
    expect(reconciliation.results[0]?.codes).toEqual([{ level: 'interchange', code: '021' }]);
  });

  test('for an interchange that we did not send is told', () => {
    const reports = x12Answer('', 'TA1*000000999*260201*0800*A*000~\n');
    expect(codes(reconcile(reports, [sentX12()]))).toEqual(['FA_UNMATCHED']);
  });
});

describe('CONTRL', () => {
  test.each([
    ['7 accepts all below it', 'UCI+IC9+US:14+PARTNER:14+7', ['order-1 accepted', 'order-2 accepted']],
    ['4 rejects all', 'UCI+IC9+US:14+PARTNER:14+4+29', ['order-1 rejected', 'order-2 rejected']],
    ['8 is a receipt only', 'UCI+IC9+US:14+PARTNER:14+8', ['order-1 receivedOnly', 'order-2 receivedOnly']],
    [
      '7 with one message rejected',
      'UCI+IC9+US:14+PARTNER:14+7\nUCM+2+ORDERS:D:96A:UN+4+12',
      ['order-1 accepted', 'order-2 rejected'],
    ],
  ])('%s', (_, body, expected) => {
    const reconciliation = reconcile(contrl(body), [sentEdifact()]);
    expect(statuses(reconciliation)).toEqual(expected);
    expect(codes(reconciliation)).toEqual([]);
  });

  test('an action that is none settles nothing, and is told', () => {
    const reconciliation = reconcile(contrl('UCI+IC9+US:14+PARTNER:14+1'), [sentEdifact()]);
    expect([statuses(reconciliation), codes(reconciliation)]).toEqual([[], ['FA_MISMATCH']]);
  });

  test('a message of another type than ours is told', () => {
    const body = 'UCI+IC9+US:14+PARTNER:14+7\nUCM+2+ORDCHG:D:96A:UN+4+12';
    const reconciliation = reconcile(contrl(body), [sentEdifact()]);
    expect(reconciliation.findings).toMatchObject([
      { code: 'FA_MISMATCH', actual: 'ORDCHG 2', expected: 'ORDERS' },
    ]);
  });

  test('a group, or messages outside groups, that we did not send are told', () => {
    const body = 'UCI+IC9+US:14+PARTNER:14+7\nUCF+G9+A+B+4+29';
    expect(codes(reconcile(contrl(body), [sentEdifact()]))).toEqual(['FA_UNMATCHED']);
    const outside = 'UCI+IC9+US:14+PARTNER:14+7\nUCM+2+ORDERS:D:96A:UN+4+12';
    const grouped = { ...sentEdifact(), controlNumber: 'G1' };
    expect(codes(reconcile(contrl(outside), [grouped]))).toEqual(['FA_UNMATCHED']);
  });

  test('7 after 8 settles, 8 after 7 repeats', () => {
    const accepted = contrl('UCI+IC9+US:14+PARTNER:14+7');
    expect(statuses(reconcile(accepted, [sentEdifact(['receivedOnly', 'receivedOnly'])]))).toEqual([
      'order-1 accepted',
      'order-2 accepted',
    ]);
    const received = contrl('UCI+IC9+US:14+PARTNER:14+8');
    expect(reconcile(received, [sentEdifact(['accepted', 'accepted'])])).toMatchObject({
      duplicate: true,
      results: [],
    });
  });

  test('errors keep our positions: the segment tag is element 1 of 0098', () => {
    const body = 'UCI+IC9+US:14+PARTNER:14+7\nUCM+2+ORDERS:D:96A:UN+4\nUCS+3\nUCD+39+3:1\nUCS+6+13';
    const rejected = reconcile(contrl(body), [sentEdifact()]).results.find(
      ({ status }) => status === 'rejected',
    );
    expect(rejected?.segments).toMatchObject([
      { position: 3, code: '', elements: [{ element: 2, component: 1, code: '39' }] },
      { position: 6, code: '13', elements: [] },
    ]);
  });

  test('for other parties or another reference is not ours', () => {
    expect(codes(reconcile(contrl('UCI+IC8+US:14+PARTNER:14+7'), [sentEdifact()]))).toEqual(['FA_UNMATCHED']);
    expect(codes(reconcile(contrl('UCI+IC9+PARTNER:14+US:14+7'), [sentEdifact()]))).toEqual(['FA_UNMATCHED']);
  });
});

test('what we answer is read back as what we decided', () => {
  const bad = 'BEG*00*SA*PO1**20261301\nPO1*1*1*EA*1\nCTT*1';
  const sets = ['BEG*00*SA*PO1**20260131\nPO1*1*1*EA*1\nCTT*1', bad].map((body, i) => {
    const lines = body.split('\n');
    return `ST*850*000${i + 1}~${lines.join('~')}~SE*${lines.length + 2}*000${i + 1}~`;
  });
  const isa =
    'ISA*00*          *00*          *ZZ*US             *ZZ*PARTNER        *260201*0800*U*00401*000000123*0*P*>~';
  const sent = readInterchange(
    `${isa}GS*PO*UGS*PGS*20260201*0800*77*X*004010~${sets.join('')}GE*2*77~IEA*1*000000123~`,
  );
  const reports = readAcknowledgments(readInterchange(writeAnswer(sent, answer(sent))));
  expect(statuses(reconcile(reports, [sentX12()]))).toEqual(['order-1 accepted', 'order-2 rejected']);
});

test('codes have words', () => {
  expect(describeCode('x12', 'segment', '3')).toBe('mandatory segment missing');
  expect(describeCode('x12', 'interchange', '025')).toBe('control number used before');
  expect(describeCode('edifact', 'element', '39')).toBe('too long');
  expect(describeCode('x12', 'element', 'Q')).toBe('code Q');
});
