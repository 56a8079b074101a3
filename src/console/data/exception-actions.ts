import { useQueryClient } from '@tanstack/react-query';
import { useToasts } from '../parts/toasts.tsx';
import { send } from './api.ts';
import type { Exception, Page } from './types.ts';

/** Decisions that do not close the exception. */
const STAYS_OPEN = new Set(['askSupplier', 'waitForSupplier', 'requestCredit']);

/** What people do with exceptions: shown at once, sent, told with Undo where it can be taken back. */
export function useExceptionActions() {
  const queryClient = useQueryClient();
  const toasts = useToasts();

  const showAtOnce = (id: string, change: Partial<Exception>) => {
    queryClient.setQueryData<Exception>(
      ['exceptions', 'item', id, ''],
      (old) => old && { ...old, ...change },
    );
    queryClient.setQueriesData<Page<Exception>>({ queryKey: ['exceptions', 'list'] }, (old) => {
      const records = old?.records.map((one) => (one.id === id ? { ...one, ...change } : one));
      return records === undefined || old === undefined ? old : { ...old, records };
    });
  };

  const run = async (
    exception: Exception,
    path: string,
    body: unknown,
    change: Partial<Exception>,
    done: string,
    undo?: () => void,
  ): Promise<boolean> => {
    showAtOnce(exception.id, change);
    try {
      await send('POST', `exceptions/${encodeURIComponent(exception.id)}/${path}`, body);
      toasts.tell(done, undo);
      return true;
    } catch (error) {
      showAtOnce(exception.id, exception);
      toasts.fail(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      void queryClient.invalidateQueries({ queryKey: ['exceptions'] });
      void queryClient.invalidateQueries({ queryKey: ['orders'] });
    }
  };

  const assign = (exception: Exception, assignee: string): Promise<boolean> =>
    run(
      exception,
      'assignee',
      { assignee },
      { assignee },
      assignee === '' ? 'Nobody has it now.' : `Assigned to ${assignee}.`,
      () => void assign({ ...exception, assignee }, exception.assignee),
    );

  const reopen = (exception: Exception): Promise<boolean> =>
    run(exception, 'reopen', undefined, { status: 'open' }, 'Open again.');

  return {
    assign,
    reopen,
    snooze: (exception: Exception, until: string, words: string) =>
      run(
        exception,
        'snooze',
        { until },
        { status: 'snoozed', snoozedUntil: until },
        `Snoozed ${words}.`,
        () => void reopen({ ...exception, status: 'snoozed' }),
      ),
    comment: (exception: Exception, text: string, author: string) =>
      run(
        exception,
        'comments',
        { text },
        { comments: [...exception.comments, { at: new Date().toISOString(), author, text }] },
        'Comment added.',
      ),
    decide: (
      exception: Exception,
      decision: { action: string; reason: string; values?: Record<string, string> },
      done: string,
    ) =>
      run(
        exception,
        'decision',
        { ...decision, seenRevision: exception.revision },
        STAYS_OPEN.has(decision.action) ? {} : { status: 'resolved' },
        done,
        decision.action === 'dismiss' ? () => void reopen({ ...exception, status: 'resolved' }) : undefined,
      ),
  };
}
