import type { Finding, Place } from '../common/finding.ts';
import { print, style } from './output.ts';

const STYLES = { error: 'red', warning: 'yellow', info: 'dim' } as const;

/** One finding a line, with its place in front, as compilers do. */
export function printFindings(findings: readonly Finding[]): void {
  for (const finding of findings) {
    const where = describePlace(finding.place);
    const code =
      finding.acknowledgment === undefined
        ? finding.code
        : `${finding.code}, ${finding.acknowledgment.level} ${finding.acknowledgment.code}`;
    print(
      `${where === '' ? '' : `${where}: `}${style(STYLES[finding.severity], finding.severity)}: ${messageAfter(where, finding)} [${code}]`,
    );
  }
}

/** The message of a finding behind its place, which some messages begin with. */
export function messageAfter(where: string, { message }: Finding): string {
  return where !== '' && message.startsWith(`${where}: `) ? message.slice(where.length + 2) : message;
}

/** `partner.yaml:3:7`, or `interchange 1, group 1, transaction 2, segment 7 PO1, element 2`. */
export function describePlace(place: Place): string {
  if (place.line !== undefined) return [place.file ?? '', place.line, place.column ?? 1].join(':');
  const parts = [
    place.file,
    numbered('interchange', place.interchange),
    numbered('group', place.group),
    numbered('transaction', place.transaction),
    place.segment === undefined
      ? undefined
      : `segment ${place.segment}${place.segmentId === undefined ? '' : ` ${place.segmentId}`}`,
    numbered('element', place.element),
    numbered('component', place.component),
    numbered('repetition', place.repetition),
    place.path,
    place.range === undefined || place.segment !== undefined
      ? undefined
      : `bytes ${place.range[0]}–${place.range[1]}`,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

function numbered(word: string, value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${word} ${value}`;
}
