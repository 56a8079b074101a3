import { useQueryClient } from '@tanstack/react-query';
import { useToasts } from '../parts/toasts.tsx';
import { send } from './api.ts';

/**
 * Sends, and tells when it is done, with Undo where it can be taken back; what is on the screen is asked for again, also where
 * it failed. Throws ApiProblem.
 */
export function useSending() {
  const queryClient = useQueryClient();
  const toasts = useToasts();
  return async <T>(path: string, body: unknown, done: string, undo?: () => void): Promise<T> => {
    try {
      const answer = await send<T>('POST', path, body);
      toasts.tell(done, undo);
      return answer;
    } finally {
      void queryClient.invalidateQueries();
    }
  };
}
