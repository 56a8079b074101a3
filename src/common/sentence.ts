/** The words of a finding or a reason with a full stop at their end, which some bring along and some do not. */
export function sentence(words: string): string {
  return /[.!?…]$/.test(words) ? words : `${words}.`;
}
