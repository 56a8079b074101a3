/** Where in a file, a document or a configuration something was found. All numbers are 1-based except `range`. */
export interface Place {
  /** File name, as given. */
  file?: string;
  /** Line and column of a configuration file (YAML, CSV). */
  line?: number;
  column?: number;
  /** Ordinal of the interchange in the file, the group in it, the transaction in the group. */
  interchange?: number;
  group?: number;
  transaction?: number;
  /** Position of the segment in its transaction: ST/UNH is 1. */
  segment?: number;
  segmentId?: string;
  /** Loop path from the dictionary: `PO1/N1`, `SG25/SG28`. */
  loop?: string;
  element?: number;
  component?: number;
  repetition?: number;
  /** Data element number: `235`, `7143`, `C212`. */
  elementId?: string;
  /** Half-open byte range in the file. */
  range?: readonly [start: number, end: number];
  /** Path in a canonical document (`lines[2].quantity.value`), an XML document, or a configuration. */
  path?: string;
}

export type Severity = 'error' | 'warning' | 'info';

/**
 * Which functional-acknowledgment code a finding becomes. `level` names the place in the acknowledgment:
 * X12 `segment` AK304/IK304, `element` AK403/IK403, `transaction` AK502/IK502, `group` AK905, `interchange` TA105;
 * EDIFACT: DE 0085 at that level (UCD, UCS, UCM, UCF, UCI).
 */
export interface AcknowledgmentCode {
  level: 'interchange' | 'group' | 'transaction' | 'segment' | 'element';
  code: string;
}

/**
 * Trouble in a partner's document. It is data, never thrown: nothing in `edi`, `maps` or `tracking` throws on partner
 * input. `code` is SCREAMING_SNAKE and documented in docs/errors.md.
 */
export interface Finding {
  code: string;
  severity: Severity;
  /** One sentence for a person, naming place, found and expected. */
  message: string;
  place: Place;
  actual?: string;
  expected?: string;
  acknowledgment?: AcknowledgmentCode;
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}
