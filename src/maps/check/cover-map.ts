import type { CompiledMap, CompiledMapOf } from '../compile/compiled-map.ts';
import type { Place } from '../compile/model.ts';
import type { Reading } from '../read/read.ts';

/** How often a rule gave a value in a set of readings. */
interface RuleCoverage {
  /** `x12/004010/855-order-response:14`. */
  rule: string;
  at: string;
  to: string;
  values: number;
}

export interface Coverage {
  rules: RuleCoverage[];
  /** Rules that gave at least one value, of all that can. */
  covered: number;
  total: number;
  /** What no rule used, with how often: `PER` 12. */
  unconsumed: { name: string; count: number }[];
}

/** Which rules of a map samples exercise. The readings must have been made with `trace: true`. */
export function coverMap(map: CompiledMap, readings: readonly Reading[]): Coverage {
  const values = new Map<string, number>();
  for (const { rule, at } of readings.flatMap((reading) => reading.trace)) {
    const key = `${rule} ${baseOf(at)}`;
    values.set(key, (values.get(key) ?? 0) + 1);
  }
  const fields = (map as CompiledMapOf<Place>).fields.filter(
    (field) => field.reads && field.path && field.places.length > 0,
  );
  const rules = fields.map((field): RuleCoverage => {
    const { origin } = field.rule;
    const rule = `${origin.map}:${origin.line}`;
    const at = field.places.map((place) => place.text).join(', ');
    const count = field.places.reduce(
      (total, place) => total + (values.get(`${rule} ${baseOf(place.text)}`) ?? 0),
      0,
    );
    return { rule, at, to: field.path!.text, values: count };
  });
  const names = new Map<string, number>();
  for (const { name } of readings.flatMap((reading) => reading.unconsumed))
    names.set(name, (names.get(name) ?? 0) + 1);
  return {
    rules,
    covered: rules.filter((rule) => rule.values > 0).length,
    total: rules.length,
    unconsumed: [...names].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count),
  };
}

function baseOf(at: string): string {
  return at.replace(/^(\.\.\/)+/, '');
}
