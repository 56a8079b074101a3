import { useQueryClient } from '@tanstack/react-query';
import { useToasts } from '../parts/toasts.tsx';
import { send } from './api.ts';

/** Sends, told as done or as failed; what is on the screen is asked for again. */
export function useSending() {
  const queryClient = useQueryClient();
  const toasts = useToasts();
  return async <T>(path: string, body: unknown, done: string): Promise<T | undefined> => {
    try {
      const answer = await send<T>('POST', path, body);
      toasts.tell(done);
      return answer;
    } catch (error) {
      toasts.fail(error instanceof Error ? error.message : String(error));
      return undefined;
    } finally {
      for (const key of [
        'claims',
        'orders',
        'invoices',
        'exceptions',
        'approvals',
        'repeats',
        'legal-holds',
        'certificates',
        'certificate-proposals',
        'work',
      ]) {
        void queryClient.invalidateQueries({ queryKey: [key] });
      }
    }
  };
}
