import type { AcknowledgmentCode, Finding } from '../../common/finding.ts';
import { describeCode } from '../../edi/acknowledgment/index.ts';
import type { AcknowledgmentResult, FunctionalAcknowledgmentReport } from '../../edi/acknowledgment/index.ts';

/** The partner's codes in words, at the positions of our own segments. */
export function describeRejection(
  report: FunctionalAcknowledgmentReport,
  result: AcknowledgmentResult,
): Finding[] {
  const whole = result.codes.map(({ level, code }): Finding =>
    rejection(
      `${report.type} rejects the ${NAME[level]}: ${describeCode(standardOf(report), level, code)}`,
      {},
    ),
  );
  const segments = result.segments.flatMap((segment) => {
    const place = {
      segment: segment.position,
      ...(segment.segmentId !== '' && { segmentId: segment.segmentId }),
    };
    const where = `segment ${segment.position}${segment.segmentId === '' ? '' : ` (${segment.segmentId})`}`;
    const own =
      segment.code === ''
        ? []
        : [rejection(`${where}: ${describeCode(standardOf(report), 'segment', segment.code)}`, place)];
    const elements = segment.elements.map((element) =>
      rejection(
        `${where}, element ${element.element}: ${describeCode(standardOf(report), 'element', element.code)}${element.copy === '' ? '' : `, the partner saw "${element.copy}"`}`,
        {
          ...place,
          element: element.element,
          ...(element.component > 0 && { component: element.component }),
        },
      ),
    );
    return [...own, ...elements];
  });
  const all = [...whole, ...segments];
  return all.length > 0 ? all : [rejection(`${report.type} rejects the document without a reason`, {})];
}

const NAME: Readonly<Record<AcknowledgmentCode['level'], string>> = {
  interchange: 'interchange',
  group: 'group',
  transaction: 'document',
  segment: 'segment',
  element: 'element',
};

/** TA105 025, 0085 26: rejected because its control number was received before. We never use one for other content. */
export function isReceivedBefore(
  report: FunctionalAcknowledgmentReport,
  { status, codes }: AcknowledgmentResult,
): boolean {
  const code = standardOf(report) === 'x12' ? '025' : '26';
  const levels = standardOf(report) === 'x12' ? ['interchange'] : ['interchange', 'group', 'transaction'];
  return status === 'rejected' && codes.some((each) => each.code === code && levels.includes(each.level));
}

function rejection(message: string, place: Finding['place']): Finding {
  return { code: 'REJECTED_BY_PARTNER', severity: 'error', message, place };
}

function standardOf(report: FunctionalAcknowledgmentReport): 'x12' | 'edifact' {
  return report.type === 'CONTRL' ? 'edifact' : 'x12';
}
