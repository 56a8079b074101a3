import { describe, expect, test } from '@jest/globals';
import { Batches } from '../../src/common/batches.ts';

/** Answers with ten times the question, each batch when it is told to. */
function answering(limit: number) {
  const batches: (readonly number[])[] = [];
  const ends: { answer: () => void; fail: (error: Error) => void }[] = [];
  const asked = new Batches<number, number>(limit, (questions) => {
    batches.push(questions);
    return new Promise((resolve, reject) => {
      ends.push({ answer: () => resolve(questions.map((question) => question * 10)), fail: reject });
    });
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { asked, batches, ends, settle };
}

describe('questions', () => {
  test('of one turn are answered together, each with its own answer', async () => {
    const { asked, batches, ends, settle } = answering(10);
    const answers = Promise.all([1, 2, 1].map((question) => asked.ask(question)));
    await settle();
    ends[0]!.answer();
    expect(await answers).toEqual([10, 20, 10]);
    expect(batches).toEqual([[1, 2, 1]]);
  });

  test('that come while an answer is under way wait for the next one, and no longer', async () => {
    const { asked, batches, ends, settle } = answering(2);
    const first = asked.ask(1);
    await settle();
    const later = Promise.all([2, 3, 4].map((question) => asked.ask(question)));
    ends[0]!.answer();
    expect(await first).toBe(10);
    await settle();
    ends[1]!.answer();
    await settle();
    ends[2]!.answer();
    expect(await later).toEqual([20, 30, 40]);
    expect(batches).toEqual([[1], [2, 3], [4]]);
  });

  test('of a batch that fails all hear of it; the next ones are answered', async () => {
    const { asked, ends, settle } = answering(10);
    const failed = Promise.allSettled([asked.ask(1), asked.ask(2)]);
    await settle();
    ends[0]!.fail(new Error('gone'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = asked.ask(3);
    await settle();
    ends[1]!.answer();
    expect(await next).toBe(30);
  });
});
