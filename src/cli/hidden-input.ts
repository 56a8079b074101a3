import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { GatewayError } from '../common/errors.ts';

/** Asks at the terminal for one line that is not shown while it is typed. */
export async function readHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } catch (cause) {
    // Ctrl-C and Ctrl-D.
    throw new GatewayError('INVALID_REQUEST', 'Nothing was typed; nothing is changed.', { cause });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
