import { useToasts } from '../parts/toasts.tsx';
import { useSending } from './sending.ts';
import type { Exception } from './types.ts';

/** What people do with exceptions: sent, told with Undo where it can be taken back. Each throws ApiProblem. */
export function useExceptionActions() {
  const run = useSending();
  const toasts = useToasts();

  const post = (
    { id }: Exception,
    path: string,
    body: unknown,
    done: string,
    undo?: () => Promise<unknown>,
  ): Promise<unknown> =>
    run(`exceptions/${encodeURIComponent(id)}/${path}`, body, done, undo && (() => void atOnce(undo())));

  /** Without a dialog that could say what went wrong. */
  const atOnce = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      toasts.fail(error instanceof Error ? error.message : String(error));
    }
  };

  const assign = (exception: Exception, assignee: string): Promise<unknown> =>
    post(
      exception,
      'assignee',
      { assignee },
      assignee === '' ? 'Nobody has it now.' : `Assigned to ${assignee}.`,
      () => assign({ ...exception, assignee }, exception.assignee),
    );

  const reopen = (exception: Exception): Promise<unknown> =>
    post(exception, 'reopen', undefined, 'Open again.');

  return {
    assign,
    assignAtOnce: (exception: Exception, assignee: string) => void atOnce(assign(exception, assignee)),
    reopenAtOnce: (exception: Exception) => void atOnce(reopen(exception)),
    snooze: (exception: Exception, until: string, words: string) =>
      post(exception, 'snooze', { until }, `Snoozed ${words}.`, () => reopen(exception)),
    comment: (exception: Exception, text: string) => post(exception, 'comments', { text }, 'Comment added.'),
    decide: (
      exception: Exception,
      decision: { action: string; reason: string; values?: Record<string, string> },
      done: string,
    ) =>
      post(
        exception,
        'decision',
        { ...decision, seenRevision: exception.revision },
        done,
        decision.action === 'dismiss' ? () => reopen(exception) : undefined,
      ),
  };
}
