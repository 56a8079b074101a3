import { readFileSync, watchFile } from 'node:fs';

/**
 * Preloaded into a gateway: its clock runs beside the true one by the milliseconds that stand in the file TORTURE_CLOCK, and
 * steps whenever that file changes, as a machine's clock does when it is set.
 */
const file = process.env['TORTURE_CLOCK'] ?? '';
const TrueDate = Date;
let offsetMs = read();

watchFile(file, { interval: 200, persistent: false }, () => {
  offsetMs = read();
});

function read(): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, given: unknown[]): Date =>
    given.length === 0 ? new target(target.now() + offsetMs) : (Reflect.construct(target, given) as Date),
  apply: (target) => new target(target.now() + offsetMs).toString(),
  get: (target, name, receiver): unknown =>
    name === 'now' ? () => TrueDate.now() + offsetMs : Reflect.get(target, name, receiver),
});
