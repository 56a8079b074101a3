/** Ends a command with a status that is not 0 although nothing went wrong: `validate` of a rejected file. */
export class ExitCode extends Error {
  override readonly name = 'ExitCode';
  readonly status: 1 | 2;

  constructor(status: 1 | 2) {
    super(`exit ${status}`);
    this.status = status;
  }
}
