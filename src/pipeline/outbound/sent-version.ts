import type { DocumentRecord } from '../records.ts';

/** Which version of its order a document of ours is. */
export function versionOf({ document }: DocumentRecord): number {
  const sent = document?.documentType === 'order' || document?.documentType === 'orderChange';
  return sent ? (document.version ?? 1) : 1;
}
