import type { Finding } from '../../common/finding.ts';
import type { Origin } from '../map-file.ts';

/** Trouble with a map, at the line of the rule. */
export function mapFinding(
  origin: Origin,
  message: string,
  severity: Finding['severity'] = 'error',
): Finding {
  const { map, line, column } = origin;
  return {
    code: 'MAP_INVALID',
    severity,
    message: `${map}.map.yaml:${line}:${column}: ${message}`,
    place: { file: `${map}.map.yaml`, line, column },
  };
}
