/** Acknowledgments as partners of the repository write them, byte by byte: what a test wants to say wrongly, it can. */

/** Control numbers that no other text of a test uses. */
let last = 70_000;

interface X12Answer {
  /** Bodies of 997s, AK1 to AK9, each in a transaction of its own. */
  sets?: readonly string[];
  /** TA1 segments. */
  ta1?: string;
  /** ISA15. */
  usage?: 'P' | 'T';
  /** IEA01, where it is not the number of groups. */
  stated?: number;
  /** GS02 and GS03 of the group that holds the 997s. */
  applications?: readonly [from: string, to: string];
  /** More groups, as text. */
  more?: readonly string[];
}

/** An interchange of northwind-hardware with acknowledgments. */
export function x12Answer(answer: X12Answer): string {
  const { sets = [], ta1 = '', usage = 'P', more = [], applications = ['NWHARDWARE', 'TRADELANE'] } = answer;
  last += 1;
  const number = String(last).padStart(9, '0');
  const groups = [...(sets.length > 0 ? [groupOf(sets, applications)] : []), ...more];
  const isa = `ISA*00*          *00*          *12*6125550142     *ZZ*TRADELANE      *260302*0815*U*00401*${number}*0*${usage}*>~`;
  return `${isa}${ta1}${groups.join('')}IEA*${answer.stated ?? groups.length}*${number}~`;
}

/** GS to GE with 997s, one for each body. */
export function groupOf(sets: readonly string[], [from, to]: readonly [from: string, to: string]): string {
  last += 1;
  const transactions = sets.map((body, index) => {
    const number = String(index + 1).padStart(4, '0');
    return `ST*997*${number}~${body}SE*${body.split('~').length + 1}*${number}~`;
  });
  return `GS*FA*${from}*${to}*20260302*0815*${last}*X*004010~${transactions.join('')}GE*${sets.length}*${last}~`;
}

/** What a 997 says of a group of ours with one transaction. `sent` is the file that holds it. */
export function setSaying(verdict: 'A' | 'E' | 'R', sent: string): string {
  const [, functionalId, group] = /GS[*|](\w\w)[*|][^~]*?[*|](\d+)[*|]X[*|]/.exec(sent)!;
  const [, type, number] = /ST[*|](\d{3})[*|](\w+)/.exec(sent)!;
  const accepted = verdict === 'R' ? 0 : 1;
  return `AK1*${functionalId}*${group}~AK2*${type}*${number}~AK5*${verdict}~AK9*${verdict}*1*1*${accepted}~`;
}

/** A TA1 for a file of ours. */
export function ta1Saying(verdict: 'A' | 'E' | 'R', code: string, sent: string): string {
  return `TA1*${sent.split('*')[13]}*260302*0200*${verdict}*${code}~`;
}

/** A CONTRL of hansa-werkzeuge (or whom its UNB names) for a file of ours; `uci` is what stands behind S003: `4+26`. */
export function contrlSaying(
  uci: string,
  sent: string,
  given: { test?: boolean; from?: string; more?: readonly string[] } = {},
): string {
  const { test = false, from = '4012345000009', more = [] } = given;
  last += 1;
  const [, ours, theirs, reference] = /UNB\+[^+]*\+([^+]*)\+([^+]*)\+[^+]*\+([^+']*)/.exec(sent)!;
  const segments = [`UCI+${reference}+${ours}+${theirs}+${uci}`, ...more];
  const unb = `UNB+UNOC:3+${from}:14+4012345500004:14+260302:0815+${last}${test ? '++++++1' : ''}'`;
  return `${unb}UNH+1+CONTRL:D:3:UN'${segments.join("'")}'UNT+${segments.length + 2}+1'UNZ+1+${last}'`;
}
