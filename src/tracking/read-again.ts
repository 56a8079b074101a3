import { announceUnread } from './despatch/apply.ts';
import { explain } from './draft.ts';
import type { Draft } from './draft.ts';
import { countUnread } from './receipt.ts';
import { answerUnread } from './response/apply.ts';
import { takeUnread } from './unread-lines.ts';

/** The data that was missing is said to be there: what could not be read is applied now, as it came. */
export function readAgain(draft: Draft): void {
  const { cause } = draft;
  for (const unread of takeUnread(draft)) {
    const { document } = unread;
    // What follows is this document's, told apart from that of the others and from what its readable lines have caused before.
    draft.cause = `${cause}/${unread.id}`;
    explain(draft, {
      rule: '5.15',
      code: 'READ_AGAIN',
      text: `${document.lines.length} lines of ${document.documentType} ${document.id ?? ''} are read again.`,
    });
    switch (unread.type) {
      case 'orderResponseReceived':
        answerUnread(draft, unread);
        break;
      case 'despatchAdviceReceived':
        announceUnread(draft, unread);
        break;
      case 'goodsReceived':
        countUnread(draft, unread);
        break;
    }
  }
  draft.cause = cause;
}
