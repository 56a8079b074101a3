import type { PollReport } from '../pipeline/ports/transport.ts';
import { createMatcher, toSafeName } from './file-name.ts';
import { troubleOfName } from './remote-name.ts';
import { StableFiles } from './stable-files.ts';

/** An entry of a folder on a partner's server, as far as it decides whether it is taken. */
export interface ListedFile {
  name: string;
  sizeBytes: number;
  kind: 'file' | 'folder' | 'other';
}

export interface SelectionRules {
  patterns: readonly string[];
  /** These are not ready yet; names with a leading dot never are. */
  temporaryPatterns: readonly string[];
  settleMs: number;
  /** A file is ready when one of this name lies beside it: `{name}.done`. Without it: when it has not changed for a while. */
  marker?: string;
  maxFileBytes: number;
  maxFilesPerPoll: number;
}

const MAX_REMEMBERED = 10_000;

/**
 * Which files of a folder on a partner's server are to be taken: those that match, are complete and were not received before.
 * `stateOf` tells one state of a file from another, in what the server tells of it.
 */
export class RemoteSelection<F extends ListedFile> {
  readonly #rules: SelectionRules;
  readonly #stateOf: (file: F) => string;
  readonly #stable: StableFiles;
  readonly #matches: (name: string) => boolean;
  readonly #isTemporary: (name: string) => boolean;
  /** Received, but still there: the connection was lost, or the server refuses to give them up. */
  readonly #received = new Map<string, string>();
  /** Reported as refused and left where they are. */
  readonly #refused = new Map<string, string>();

  constructor(rules: SelectionRules, stateOf: (file: F) => string) {
    this.#rules = rules;
    this.#stateOf = stateOf;
    this.#stable = new StableFiles(rules.settleMs);
    this.#matches = createMatcher(rules.patterns);
    this.#isTemporary = createMatcher(rules.temporaryPatterns);
  }

  /** The entries that are to be taken once they are complete. */
  choose(entries: readonly F[], report: PollReport): F[] {
    const names = new Set(entries.map(({ name }) => name));
    const markers = new Set([...names].map((name) => this.markerOf(name)));
    const chosen = entries.filter((file) => {
      const { name, kind } = file;
      if (kind === 'folder') return false;
      const isWanted = this.#matches(name);
      const trouble = troubleOfName(name);
      if (isWanted && trouble !== undefined) {
        this.refuseInPlace(file, `Left on the server untouched: ${trouble}.`, report);
        return false;
      }
      if (name.startsWith('.') || markers.has(name)) return false;
      if (this.#isTemporary(name)) {
        report.waiting += 1;
        return false;
      }
      if (!isWanted) return false;
      if (kind === 'other') {
        const reason = 'Left on the server untouched: it is a link or a device, not a file.';
        this.refuseInPlace(file, reason, report);
        return false;
      }
      const marker = this.markerOf(name);
      if (marker === undefined || names.has(marker)) return true;
      report.waiting += 1;
      return false;
    });
    // Some servers list a name twice.
    return [...new Map(chosen.map((file) => [file.name, file])).values()];
  }

  /** Of the chosen ones those that have a marker or have not changed for a while, as many as one poll takes besides those that are known. */
  complete(chosen: readonly F[], nowMs: number, report: PollReport): F[] {
    const { marker, maxFilesPerPoll } = this.#rules;
    const isKnown = (file: F) =>
      this.isReceived(file) || this.#refused.get(file.name) === this.#stateOf(file);
    this.#stable.startPoll();
    const complete = chosen.filter(
      (file) =>
        this.#stable.isStable(file.name, this.#stateOf(file), file.sizeBytes, nowMs) || marker !== undefined,
    );
    // What lies there for good must not keep the others from their turn.
    let room = maxFilesPerPoll;
    const taken = complete.filter((file) => isKnown(file) || room-- > 0);
    report.waiting += chosen.length - taken.length;
    return taken;
  }

  /** Why a complete file is not taken; undefined when it is. */
  troubleOfSize({ sizeBytes }: F): string | undefined {
    const { maxFileBytes } = this.#rules;
    if (sizeBytes === 0) return 'The file is empty. Send it again.';
    if (sizeBytes <= maxFileBytes) return undefined;
    return `The file has ${sizeBytes} bytes; at most ${maxFileBytes} are taken. Send it in parts.`;
  }

  /** Name of the file that says that one is ready; undefined where the channel has no markers. */
  markerOf(name: string): string | undefined {
    return this.#rules.marker?.replaceAll('{name}', name);
  }

  isReceived(file: F): boolean {
    return this.#received.get(file.name) === this.#stateOf(file);
  }

  /** It is not handed over again, as long as it lies there. */
  setReceived(file: F): void {
    this.#received.set(file.name, this.#stateOf(file));
  }

  /** It is not there any more. */
  setGone({ name }: F): void {
    this.#received.delete(name);
  }

  /** A refused file that stays where it is; told once for each state of it. */
  refuseInPlace(file: F, reason: string, report: PollReport): void {
    const state = this.#stateOf(file);
    if (this.#refused.get(file.name) === state) return;
    this.#refused.set(file.name, state);
    report.refused.push({ name: toSafeName(file.name), reason });
  }

  /** Ends a poll: what is not listed any more need not be remembered. */
  forget(listed: readonly F[]): void {
    const names = new Set(listed.map(({ name }) => name));
    for (const name of this.#received.keys()) if (!names.has(name)) this.#received.delete(name);
    while (this.#refused.size > MAX_REMEMBERED) this.#refused.delete(this.#refused.keys().next().value!);
  }
}
