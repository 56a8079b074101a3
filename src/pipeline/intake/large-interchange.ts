import { invariant } from '../../common/invariant.ts';
import type { StreamedAnswer } from '../../edi/acknowledgment/acknowledge.ts';
import { isAcknowledgment } from '../../edi/acknowledgment/index.ts';
import type { Verdict } from '../../edi/acknowledgment/index.ts';
import type { TransactionValidation } from '../../edi/grammar/index.ts';
import type { FunctionalGroup, Interchange, Transaction } from '../../edi/model.ts';
import type { PipelineContext } from '../context.ts';
import { decideInterchange, findSender, isSettled, wasApplied } from '../interchange/decide-interchange.ts';
import { DocumentTally } from './file-outcome.ts';
import type { InterchangeOutcome } from './file-outcome.ts';
import { claimInterchange } from '../interchange/interchange-claim.ts';
import { usageOf } from '../interchange/interchange-in-process.ts';
import type { InterchangeInProcess } from '../interchange/interchange-in-process.ts';
import { documentIdOf } from '../interchange/interchange-record.ts';
import { reportCharacters, reportEnvelope, reportUndelivered } from '../interchange/interchange-troubles.ts';
import { processTransaction } from '../interchange/process-transaction.ts';
import type { DecidedTransaction } from '../interchange/process-transaction.ts';
import type { DocumentRecord, FileRecord } from '../records.ts';
import { reconcileAcknowledgments } from '../interchange/reconcile.ts';
import { retryOnConflict } from '../work/retry.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { validateForPartner } from '../interchange/validate.ts';

/** Transactions, and bytes of them, that share a commit. What is made of a byte takes some fifty bytes of memory until then. */
const BATCH = 20;
const BATCH_BYTES = 96 * 1024;
const PAGE = 100;

export interface LargeInterchangeOptions {
  file: FileRecord;
  /** Complete, without its transactions. */
  interchange: Interchange;
  /** What was decided on all of it before anything is applied. */
  answer: StreamedAnswer<unknown>;
  contentSha256: string;
  again: boolean;
}

interface Waiting {
  decided: DecidedTransaction;
  validation: TransactionValidation;
  group: FunctionalGroup;
}

/**
 * An interchange whose transactions come one after the other: its control number is claimed first, then they are applied in
 * their order, a few in each commit, and at the end its record and the acknowledgment of all of it are one commit.
 */
export class LargeInterchange {
  readonly #context: PipelineContext;
  readonly #options: LargeInterchangeOptions;
  readonly #id: string;
  /** Undefined where nothing of it is to be applied: it is decided already, or must not be. */
  readonly #inProcess: InterchangeInProcess | undefined;
  readonly #tally = new DocumentTally();
  readonly #groups: Iterator<{ transactions: Iterable<{ verdict: Verdict }> }>;
  #verdicts: Iterator<{ verdict: Verdict }> | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;

  private constructor(
    context: PipelineContext,
    options: LargeInterchangeOptions,
    inProcess: InterchangeInProcess | undefined,
  ) {
    this.#context = context;
    this.#options = options;
    this.#id = idOf(options);
    this.#inProcess = inProcess;
    this.#groups = options.answer.decision.groups[Symbol.iterator]();
  }

  static async begin(context: PipelineContext, options: LargeInterchangeOptions): Promise<LargeInterchange> {
    const inProcess = await retryOnConflict(() => claim(context, options));
    return new LargeInterchange(context, options, inProcess);
  }

  startGroup(): void {
    const next = this.#groups.next();
    invariant(next.done !== true, 'a second reading finds no other groups');
    this.#verdicts = next.value.transactions[Symbol.iterator]();
  }

  async take(group: FunctionalGroup, transaction: Transaction): Promise<void> {
    const next = this.#verdicts?.next();
    invariant(next?.done === false, 'a second reading finds no other transactions');
    if (this.#inProcess === undefined) return;
    const { partner, interchange } = this.#inProcess;
    const validation = validateForPartner(partner, interchange, transaction);
    const findings = [...transaction.findings, ...validation.findings];
    const decided = { transaction, verdict: next.value.verdict, findings };
    this.#waiting.push({ decided, validation, group });
    const [start] = transaction.segments.range(0);
    const [, end] = transaction.segments.range(transaction.segments.length - 1);
    this.#waitingBytes += end - start;
    if (this.#waiting.length >= BATCH || this.#waitingBytes >= BATCH_BYTES) await this.#apply();
  }

  async end(): Promise<InterchangeOutcome> {
    await this.#apply();
    return retryOnConflict(() => this.#conclude());
  }

  async #apply(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (batch.length === 0) return;
    for (const document of await retryOnConflict(() => this.#applyOnce(batch))) this.#tally.add(document);
  }

  async #applyOnce(batch: readonly Waiting[]): Promise<DocumentRecord[]> {
    const unit = new UnitOfWork(this.#context.store);
    const documents: DocumentRecord[] = [];
    const acknowledgments: Waiting[] = [];
    for (const waiting of batch) {
      const { transaction } = waiting.decided;
      const id = documentIdOf(this.#id, transaction);
      // Applied before a crash.
      const known = this.#options.again ? undefined : await unit.get('documents', id);
      if (known === undefined) {
        const { bytes, base } = transaction.segments;
        const inProcess = { ...this.#inProcess!, bytes: { bytes, base } };
        await processTransaction(unit, this.#context, inProcess, waiting.decided, waiting.validation);
        if (isAcknowledgment(transaction)) acknowledgments.push(waiting);
      }
      documents.push(known ?? (await unit.get('documents', id))!);
    }
    await this.#reconcile(unit, acknowledgments);
    unit.afterCommit(this.#context.wake);
    await unit.commit();
    return documents;
  }

  /** What the partner says about documents of ours. */
  async #reconcile(unit: UnitOfWork, acknowledgments: readonly Waiting[]): Promise<void> {
    for (const { decided, group } of acknowledgments) {
      const { transaction, verdict } = decided;
      const { bytes, base } = transaction.segments;
      const interchange = {
        ...this.#inProcess!.interchange,
        interchangeAcknowledgments: [],
        groups: [{ ...group, transactions: [transaction] }],
      };
      const rejected = new Set(verdict === 'rejected' ? [transaction] : []);
      const inProcess = { ...this.#inProcess!, interchange, bytes: { bytes, base } };
      await reconcileAcknowledgments(unit, this.#context, inProcess, rejected);
    }
  }

  async #conclude(): Promise<InterchangeOutcome> {
    const { file, interchange, answer, contentSha256, again } = this.#options;
    const unit = new UnitOfWork(this.#context.store);
    const known = await unit.get('interchanges', this.#id);
    if (isSettled(known, again)) return { interchange: known, documents: await this.#tallyOfBefore() };
    const given = { file, interchange, contentSha256, id: this.#id, bytes: NOTHING };
    const record = await decideInterchange(unit, this.#context, given, known, async (inProcess) => {
      await reconcileAcknowledgments(unit, this.#context, withoutGroups(inProcess), new Set());
      await reportEnvelope(unit, this.#context, inProcess, answer.decision);
      await reportCharacters(unit, this.#context, inProcess);
      await reportUndelivered(unit, this.#context, inProcess);
      return answer;
    });
    unit.afterCommit(this.#context.wake);
    await unit.commit();
    return { interchange: record, documents: this.#tally };
  }

  async #tallyOfBefore(): Promise<DocumentTally> {
    const tally = new DocumentTally();
    let after: string | undefined;
    do {
      const page = await this.#context.store.find('documents', {
        where: { interchangeId: this.#id },
        limit: PAGE,
        ...(after !== undefined && { after }),
      });
      for (const document of page.records) tally.add(document);
      after = page.next;
    } while (after !== undefined);
    return tally;
  }
}

/** Envelopes of large files are told without their raw text. */
const NOTHING = { base: 0, bytes: new Uint8Array() };

function idOf({ file, interchange }: LargeInterchangeOptions): string {
  return `${file.id}-${interchange.interchange}`;
}

/** TA1s stand beside the groups. */
function withoutGroups(inProcess: InterchangeInProcess): InterchangeInProcess {
  return { ...inProcess, interchange: { ...inProcess.interchange, groups: [] } };
}

/** Claims the control number ahead of everything; undefined where nothing of the interchange is to be applied. */
async function claim(
  context: PipelineContext,
  options: LargeInterchangeOptions,
): Promise<InterchangeInProcess | undefined> {
  const { file, interchange, contentSha256, again } = options;
  const unit = new UnitOfWork(context.store);
  const id = idOf(options);
  const known = await unit.get('interchanges', id);
  if (isSettled(known, again)) return undefined;
  const { partner, findings } = findSender(context, file, interchange);
  if (partner === undefined) return undefined;
  const usage = usageOf(findings);
  const appliedBefore = wasApplied(known);
  const inProcess = {
    file,
    interchange,
    contentSha256,
    id,
    bytes: NOTHING,
    partner,
    usage,
    appliedBefore,
  };
  if (appliedBefore) return inProcess;
  const claimed = await claimInterchange(unit, context, inProcess);
  if (claimed.repeat !== undefined) return undefined;
  await unit.commit();
  return inProcess;
}
