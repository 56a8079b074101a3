import { keepShape } from '../common/kept-shapes.ts';
import type { EnvelopeSink } from './envelope-context.ts';
import { Reader } from './reader.ts';

const IGNORE: EnvelopeSink = {
  interchangeStarted: () => undefined,
  groupStarted: () => undefined,
  transaction: () => undefined,
  groupEnded: () => undefined,
  interchangeEnded: () => undefined,
};

/** Files that end in the middle of a transaction, long enough for a reader to have looked at their headers. */
const BEGINNINGS = [
  'ISA*00*          *00*          *ZZ*A              *ZZ*B              *260131*0815*U*00401*000000001*0*P*>~' +
    `GS*PO*A*B*20260131*0815*1*X*004010~${'ST*850*0001~BEG*00*SA*1**20260131~SE*3*0001~'.repeat(12)}ST*850*0002~BEG*00`,
  `UNB+UNOC:3+A+B+260131:0815+1'${"UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'UNT+3+1'".repeat(12)}UNH+2+ORDERS:D:96A:UN'BGM+220`,
];

/** Keeps readers in the middle of a small file, one for each standard, with all that belongs to one. */
export function keepReaders(): void {
  keepShape(Reader, () =>
    BEGINNINGS.map((text) => {
      const reader = new Reader(IGNORE);
      reader.push(new TextEncoder().encode(text));
      return reader;
    }),
  );
}
