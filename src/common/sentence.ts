/** The words of a finding or a reason with a full stop at their end, which some bring along and some do not. */
export function sentence(words: string): string {
  return /[.!?…]$/.test(words) ? words : `${words}.`;
}

/** A name of ours as people say it: `rejectedNotAvailable` is "rejected not available". */
export function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
