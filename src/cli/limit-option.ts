import { InvalidArgumentError, Option } from 'commander';

/** No store gives more in one answer. */
const AT_MOST = 1_000;

/** `--limit <n>` of the lists: a number from 1 to 1000, 50 unless told otherwise. */
export function limitOption(): Option {
  return new Option('--limit <n>', `at most so many, up to ${AT_MOST}`).default(50).argParser(readLimit);
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= AT_MOST) return limit;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${AT_MOST}.`);
}
