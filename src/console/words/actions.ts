import { humanise } from './format.ts';

interface ActionWords {
  label: string;
  /** What follows when it is confirmed. */
  consequence: string;
  /** Where "done" would say too much. */
  done?: string;
  /** Something leaves the building: it is asked for twice. */
  outward: boolean;
}

const ACTIONS: Record<string, ActionWords> = {
  accept: {
    label: 'Accept',
    consequence: 'The values become the agreed ones and are written to the ERP.',
    outward: true,
  },
  reject: {
    label: 'Reject',
    consequence: 'The proposal is refused, the earlier values stand, and the partner is told.',
    outward: true,
  },
  counter: {
    label: 'Propose other values',
    consequence: 'A change of the order with these values goes to the supplier, who has to answer it.',
    outward: true,
  },
  askSupplier: {
    label: 'Ask the supplier',
    consequence:
      'Your question becomes a notice with the contacts of the partner, for whoever passes notices on; the gateway writes no mail itself. It is kept as a comment, and the exception stays open.',
    done: 'Your question is a notice now, and a comment here.',
    outward: true,
  },
  cancelLine: {
    label: 'Cancel the line',
    consequence:
      'A cancellation of what this is about goes to the supplier, who has to accept it: of the rest of the line where only the rest is in doubt, else of the whole line.',
    outward: true,
  },
  cancelOrder: {
    label: 'Cancel the order',
    consequence: 'A cancellation of everything that is open goes to the supplier, who has to accept it.',
    outward: true,
  },
  shortClose: {
    label: 'Close short',
    consequence: 'Nothing more is expected of this line; the supplier is told.',
    outward: true,
  },
  waitForSupplier: {
    label: 'Wait',
    consequence:
      'Nothing is sent. The exception stays open until the supplier acts; that you wait, and why, is kept as a comment.',
    done: 'Kept as a comment; it stays open.',
    outward: false,
  },
  resend: {
    label: 'Send again',
    consequence: 'The document is sent once more in a new envelope.',
    outward: true,
  },
  retransmit: {
    label: 'Transmit again',
    consequence: 'The same bytes are sent once more, with the same control numbers.',
    outward: true,
  },
  reissue: {
    label: 'Issue anew',
    consequence: 'The corrected document is sent with new control numbers.',
    outward: true,
  },
  reprocess: {
    label: 'Process again',
    consequence:
      'The archived file runs again with today’s maps and partners; only what is missing is applied.',
    outward: false,
  },
  redrive: {
    label: 'Try again',
    consequence: 'The step that was given up is taken up again.',
    outward: true,
  },
  correctData: {
    label: 'Data corrected',
    consequence: 'Everything with the same cause is tried again with the corrected data.',
    outward: false,
  },
  claim: {
    label: 'Claim',
    consequence: 'A claim is opened and sent to the supplier; it stays open until a credit note covers it.',
    outward: true,
  },
  shortPay: {
    label: 'Pay what matches',
    consequence: 'Only the matched amount is approved; the difference becomes a debit note.',
    outward: true,
  },
  requestCredit: {
    label: 'Request a credit note',
    consequence: 'The disputed amount becomes a claim; the invoice waits for the credit note.',
    outward: true,
  },
  release: { label: 'Release', consequence: 'The hold is lifted and the document goes on.', outward: true },
  dismiss: {
    label: 'Dismiss',
    consequence: 'The exception is closed and nothing else happens.',
    outward: false,
  },
};

export function wordsOfAction(action: string): ActionWords {
  return (
    ACTIONS[action] ?? {
      label: humanise(action),
      consequence: 'The gateway carries the decision out and records it.',
      outward: true,
    }
  );
}

const OWNERS: Record<string, string> = {
  ediOps: 'EDI operations',
  accountsPayable: 'Accounts payable',
  accountsPayableLead: 'Accounts payable lead',
  none: 'Nobody',
};

export function wordsOfOwner(owner: string): string {
  return OWNERS[owner] ?? humanise(owner);
}
