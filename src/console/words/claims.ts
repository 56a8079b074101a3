const KINDS: Record<string, string> = {
  shortage: 'Goods missing',
  damage: 'Goods damaged',
  wrongItem: 'Wrong goods',
  return: 'Goods returned',
  overcharge: 'Billed too much',
};

export const CLAIM_KINDS = Object.entries(KINDS);

export function wordsOfClaimKind(kind: string): string {
  return KINDS[kind] ?? kind;
}

interface ActionWords {
  label: string;
  consequence: string;
  asks: string;
}

const ACTIONS: Record<string, ActionWords> = {
  send: {
    label: 'Send to the supplier',
    consequence: 'The contact of the partner gets the claim with its goods and value.',
    asks: 'What to tell with it',
  },
  answer: {
    label: 'Note the answer',
    consequence: 'What the supplier said is kept; a credit note is still awaited.',
    asks: 'What the supplier said',
  },
  writeOff: {
    label: 'Write off',
    consequence: 'The claim is given up and the loss is ours; the ERP is told.',
    asks: 'Reason',
  },
  close: {
    label: 'Close',
    consequence: 'The claim is settled otherwise; nothing more is awaited and the ERP is told.',
    asks: 'Reason',
  },
};

export function wordsOfClaimAction(action: string): ActionWords {
  return ACTIONS[action] ?? { label: action, consequence: '', asks: 'Reason' };
}
