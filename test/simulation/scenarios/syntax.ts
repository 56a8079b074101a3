import { edited, REPOSITORY } from '../../support/gateway.ts';
import type { World } from '../../support/gateway.ts';
import { half, writeAnswer } from '../paper.ts';
import type { Stage } from '../stage.ts';
import type { Script, Step } from '../step.ts';
import { wait } from '../step.ts';
import { ALL_PARTNERS, WITH_ACKNOWLEDGMENT, X12 } from './scenario.ts';
import type { Scenario } from './scenario.ts';

const NORTHWIND = ['northwind-hardware'] as const;

/** A 997 from northwind-hardware about the newest file of the order; `sets` are its AK2 loops, `verdict` its AK9. */
function answer997(
  stage: Stage,
  number: number,
  tell: (ids: { group: string; set: string }) => { sets: string; verdict: string },
): Step {
  return stage.sendBytes('the supplier sends a 997', (world) => {
    const file = stage.filesSent(world).at(-1) ?? 'GS*PO*X*X*20260302*0800*1*X*004010~ST*850*0001~';
    const group = /GS\*PO\*[^~]*?\*(\d+)\*X\*/.exec(file)?.[1] ?? '1';
    const set = /ST\*850\*(\w+)/.exec(file)?.[1] ?? '0001';
    return envelope997(number, group, tell({ group, set }));
  });
}

function envelope997(
  number: number,
  group: string,
  { sets, verdict }: { sets: string; verdict: string },
): string {
  const body = `AK1*PO*${group}~${sets}AK9*${verdict}~`;
  const count = body.split('~').length + 1;
  return [
    `ISA*00*          *00*          *12*6125550142     *ZZ*TRADELANE      *260302*0815*U*00401*${String(number).padStart(9, '0')}*0*P*>~`,
    `GS*FA*NWHARDWARE*TRADELANE*20260302*0815*${number}*X*004010VICS~`,
    `ST*997*0001~${body}SE*${count}*0001~GE*1*${number}~IEA*1*${String(number).padStart(9, '0')}~`,
  ].join('');
}

const REJECTED = ({ set }: { set: string }) => ({
  sets: `AK2*850*${set}~AK3*BEG*3**8~AK4*2*92*7*XX~AK5*R*5~`,
  verdict: 'R*1*1*0',
});
const ACCEPTED = ({ set }: { set: string }) => ({ sets: `AK2*850*${set}~AK5*A~`, verdict: 'A*1*1*1' });

function* answeredBytes(stage: Stage, write: (world: World, text: string) => string): Script {
  yield* stage.start();
  yield wait({ hours: 2 });
  yield stage.sendBytes('the supplier answers', (world) => {
    const bytes = world.suppliers.get(stage.partnerId)!.write(writeAnswer(stage.order));
    return write(world, Buffer.from(bytes).toString('latin1'));
  });
}

export const SYNTAX: readonly Scenario[] = [
  {
    number: 25,
    what: 'The supplier’s 997 rejects our order; EDI mends the cause and sends it again.',
    does: 'Shows what was rejected at our own segment, stops the clock for the answer, and sends a new envelope when somebody asks.',
    partners: NORTHWIND,
    *play(stage) {
      yield stage.release();
      yield wait({ minutes: 30 });
      yield answer997(stage, 910_000 + stage.random.integer(1, 9_000), REJECTED);
      yield wait({ hours: 1 });
      yield stage.decide('FA_REJECTED', 'reissue');
      yield wait({ hours: 1 });
      yield answer997(stage, 920_000 + stage.random.integer(1, 9_000), ACCEPTED);
    },
    end: [
      'OVERDUE',
      '1: 24 OVERDUE',
      '2: 12 OVERDUE',
      'open: ACK_OVERDUE ×2',
      'to the supplier: 2 × 850',
      'to the ERP: –',
    ],
  },
  {
    number: 26,
    what: 'A 997 says "partially accepted" without naming the accepted set.',
    does: 'Takes what is not named as accepted.',
    partners: NORTHWIND,
    *play(stage) {
      yield stage.release();
      yield wait({ minutes: 30 });
      yield answer997(stage, 930_000 + stage.random.integer(1, 9_000), () => ({
        sets: '',
        verdict: 'P*1*1*1',
      }));
    },
    end: [
      'OVERDUE',
      '1: 24 OVERDUE',
      '2: 12 OVERDUE',
      'open: ACK_OVERDUE ×2',
      'to the supplier: 850',
      'to the ERP: –',
    ],
  },
  {
    number: 27,
    what: 'A second 997 contradicts the first.',
    does: 'Keeps the first final word, and tells EDI of the conflict.',
    partners: NORTHWIND,
    *play(stage) {
      yield stage.release();
      yield wait({ minutes: 30 });
      yield answer997(stage, 940_000 + stage.random.integer(1, 4_000), ACCEPTED);
      yield wait({ minutes: 30 });
      yield answer997(stage, 945_000 + stage.random.integer(1, 4_000), REJECTED);
    },
    end: [
      'OVERDUE',
      '1: 24 OVERDUE',
      '2: 12 OVERDUE',
      'open: ACK_OVERDUE ×2, FA_CONFLICT',
      'to the supplier: 850',
      'to the ERP: –',
    ],
  },
  {
    number: 28,
    what: 'A 997 is about a number that we never sent.',
    does: 'Tells EDI; no order changes.',
    partners: NORTHWIND,
    *play(stage) {
      yield* stage.start();
      const number = 950_000 + stage.random.integer(1, 9_000);
      yield stage.sendBytes('the supplier sends a 997', () =>
        envelope997(number, '987654', { sets: 'AK2*850*0001~AK5*A~', verdict: 'A*1*1*1' }),
      );
    },
    end: [
      'OVERDUE',
      '1: 24 OVERDUE',
      '2: 12 OVERDUE',
      'open: ACK_OVERDUE ×2, FA_UNMATCHED',
      'to the supplier: 850',
      'to the ERP: –',
    ],
  },
  {
    number: 29,
    what: 'The functional acknowledgment never comes.',
    does: 'Tells EDI when it is due; the clock for the answer goes on, and nothing is sent again by itself.',
    partners: WITH_ACKNOWLEDGMENT,
    *play(stage) {
      yield stage.release();
      yield wait({ days: 3 });
    },
    end: [
      'OVERDUE',
      '1: 24 OVERDUE',
      '2: 12 OVERDUE',
      'open: ACK_OVERDUE ×3, FA_OVERDUE',
      'to the supplier: 850',
      'to the ERP: –',
    ],
  },
  {
    number: 30,
    what: 'The same interchange comes twice, byte for byte.',
    does: 'Answers it again with the same bytes, and has no second effect.',
    partners: WITH_ACKNOWLEDGMENT,
    *play(stage) {
      yield* stage.start();
      let bytes: Uint8Array | undefined;
      const write = (world: World) =>
        (bytes ??= world.suppliers.get(stage.partnerId)!.write(writeAnswer(stage.order)));
      yield stage.sendBytes('the supplier answers', write);
      yield wait({ hours: 1 });
      yield stage.sendBytes('the same file comes again', write);
    },
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, 2 × TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 31,
    what: 'A control number comes again with other content.',
    does: 'Quarantines it: nothing of it is applied until a person decides.',
    partners: WITH_ACKNOWLEDGMENT,
    *play(stage) {
      yield* stage.start();
      const number = 700_000 + stage.random.integer(1, 99_000);
      yield stage.send('the supplier answers', writeAnswer(stage.order), number);
      yield wait({ hours: 1 });
      const quantity = half(stage.order.lines[0]!.quantity.value);
      const other = writeAnswer(
        stage.order,
        { 1: { parts: [{ claim: 'quantityChanged', quantity }] } },
        { id: 'OTHER' },
      );
      yield stage.send('the supplier answers under the same number', other, number);
    },
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: CONTROL_NUMBER_REUSED',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 32,
    what: 'Our control numbers reach 999999999.',
    does: 'Goes on with 1; the 997 for the last number and for the first are both matched.',
    partners: NORTHWIND,
    configuration: edited(REPOSITORY, 'northwind-hardware/partner.yaml', 'start: 1001', 'start: 999999999'),
    *play(stage) {
      yield* stage.start();
      yield wait({ hours: 1 });
      const [first, ...rest] = stage.order.lines;
      yield stage.release({
        ...stage.order,
        lines: [{ ...first!, quantity: { ...first!.quantity, value: '30' } }, ...rest],
      });
      yield wait({ minutes: 20 });
      yield* stage.acknowledge();
    },
    end: [
      'OVERDUE',
      '1: 30 OVERDUE',
      '2: 12 OVERDUE',
      'open: 2 × ACK_OVERDUE ×2',
      'to the supplier: 850, 860',
      'to the ERP: –',
    ],
  },
  {
    number: 38,
    what: 'A file is cut off in the upload; the whole file comes later.',
    does: 'Rejects the part with its reason and puts it in the error folder; the whole file has its effect.',
    partners: ['hansa-werkzeuge', 'northwind-hardware'],
    *play(stage) {
      let whole = '';
      yield* answeredBytes(stage, (_, text) => {
        whole = text;
        return text.slice(0, 60);
      });
      yield wait({ hours: 1 });
      yield stage.sendBytes('the whole file comes', () => whole);
    },
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: PARSE_ERROR',
      'to the supplier: CONTRL, ORDERS',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 39,
    what: 'A file cannot be deleted at the partner’s side and is found again at every poll.',
    does: 'Knows it by path, time and size: it is taken in once.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* stage.start();
      yield wait({ hours: 1 });
      yield {
        kind: 'outside',
        text: 'the partner’s side keeps every file',
        act: ({ channels }) => (channels.get(stage.partnerId)!.keepsFiles = true),
      };
      yield stage.answer();
      yield {
        kind: 'outside',
        text: 'the partner’s side lets go',
        act: ({ channels }) => (channels.get(stage.partnerId)!.keepsFiles = false),
      };
    },
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 42,
    what: 'A file has a byte order mark, line ends after every segment and odd delimiters.',
    does: 'Reads the delimiters from the envelope, and applies it.',
    partners: X12,
    play: (stage) =>
      answeredBytes(stage, (_, text) => {
        const separator = text[3]!;
        const terminator = text[105]!;
        const plain = text.replaceAll('\r', '').replaceAll('\n', terminator === '\n' ? '\n' : '');
        return `\u00ef\u00bb\u00bf${plain.replaceAll(separator, '\u001d').replaceAll(terminator, '!\r\n')}`;
      }),
    end: [
      'CONFIRMED',
      '1: 24 CONFIRMED',
      '2: 12 CONFIRMED',
      'open: –',
      'to the supplier: 850, TA1',
      'to the ERP: confirmations',
    ],
  },
  {
    number: 42,
    what: 'A file is noise from another world of characters.',
    does: 'Rejects it with what was found and expected; nothing of it is lost.',
    partners: ALL_PARTNERS,
    *play(stage) {
      yield* stage.start();
      yield stage.sendBytes(
        'noise comes',
        () => '\u00c9\u00e2\u00c1\\\u00f0\u00f0\\@@@@@@@@@@\\\u00f0\u00f0',
      );
    },
    end: [
      'OVERDUE',
      '1: 24 OVERDUE',
      '2: 12 OVERDUE',
      'open: ACK_OVERDUE ×2, PARSE_ERROR',
      'to the supplier: 850',
      'to the ERP: –',
    ],
  },
  {
    number: 42,
    what: 'A test file comes to the production address.',
    does: 'Reports the usage and keeps it from the order.',
    partners: NORTHWIND,
    play: (stage) => answeredBytes(stage, (_, text) => `${text.slice(0, 102)}T${text.slice(103)}`),
    end: [
      'OVERDUE',
      '1: 24 OVERDUE',
      '2: 12 OVERDUE',
      'open: ACK_OVERDUE ×2, USAGE_MISMATCH',
      'to the supplier: 850, TA1',
      'to the ERP: –',
    ],
  },
];
