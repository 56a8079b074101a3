/** Edit distance between two short texts, with a swap of neighbours counted once (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  const width = right.length + 1;
  const rows = Array.from({ length: left.length + 1 }, () => new Array<number>(width).fill(0));
  for (let i = 0; i <= left.length; i += 1) rows[i]![0] = i;
  for (let j = 0; j <= right.length; j += 1) rows[0]![j] = j;
  for (let i = 1; i <= left.length; i += 1) {
    for (let j = 1; j <= right.length; j += 1) {
      const cost = left[i - 1] === right[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) {
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      }
      rows[i]![j] = best;
    }
  }
  return rows[left.length]![right.length]!;
}

/**
 * The three candidates that a person may most likely have meant, nearest first: at most a third of the letters differ, or
 * one text begins with the other.
 */
export function findNearest(text: string, candidates: Iterable<string>): string[] {
  const wanted = text.toLowerCase().slice(0, 64);
  if (wanted === '') return [];
  return [...new Set(candidates)]
    .map((candidate) => {
      const name = candidate.toLowerCase().slice(0, 64);
      const prefix = name !== '' && (name.startsWith(wanted) || wanted.startsWith(name));
      return {
        candidate,
        distance: editDistance(wanted, name) - (prefix ? 0.5 : 0),
        near:
          prefix ||
          editDistance(wanted, name) <= Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 3)),
      };
    })
    .filter(({ near }) => near)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}
