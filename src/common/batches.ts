interface Asked<Q, A> {
  question: Q;
  resolve: (answer: A) => void;
  reject: (error: unknown) => void;
}

/**
 * Questions that are answered together: those that are asked while an answer is under way go into the next one. None is answered from
 * what was known before it was asked.
 */
export class Batches<Q, A> {
  readonly #limit: number;
  readonly #answerAll: (questions: readonly Q[]) => Promise<readonly A[]>;
  #asked: Asked<Q, A>[] = [];
  #isAnswering = false;

  /** `answerAll` is asked at most `limit` questions at a time, and answers them in their order. */
  constructor(limit: number, answerAll: (questions: readonly Q[]) => Promise<readonly A[]>) {
    this.#limit = limit;
    this.#answerAll = answerAll;
  }

  ask(question: Q): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ question, resolve, reject });
      if (!this.#isAnswering) void this.#run();
    });
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    this.#isAnswering = true;
    // Whatever is asked in the same turn joins the first.
    await Promise.resolve();
    while (this.#asked.length > 0) await this.#answer(this.#asked.splice(0, this.#limit));
    this.#isAnswering = false;
  }

  async #answer(asked: readonly Asked<Q, A>[]): Promise<void> {
    try {
      const answers = await this.#answerAll(asked.map(({ question }) => question));
      for (const [index, { resolve }] of asked.entries()) resolve(answers[index]!);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
