import { runAs2Receive } from './as2-receive.ts';
import { runAs2Security } from './as2-security.ts';
import { runLargeFiles } from './large-files.ts';
import type { Figure } from './report.ts';
import { runSftp } from './sftp.ts';

/** Every transport against the programs that partners and competitors use for it. */
export async function* runTransports(wanted: string): AsyncGenerator<Figure> {
  yield* runSftp(wanted);
  yield* runAs2Security(wanted);
  yield* runAs2Receive(wanted);
  yield* runLargeFiles(wanted);
}
