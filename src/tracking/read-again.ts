import { announceUnread } from './despatch/apply.ts';
import { explain } from './draft.ts';
import type { Draft } from './draft.ts';
import { countUnread } from './receipt.ts';
import { answerUnread } from './response/apply.ts';
import { takeUnread } from './unread-lines.ts';

/** The data that was missing is said to be there: what could not be read is applied now, as it came. */
export function readAgain(draft: Draft): void {
  for (const unread of takeUnread(draft)) {
    const { document } = unread;
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
}
