import type { LinePlan } from '../paper.ts';
import type { PartnerId } from '../../support/documents.ts';
import type { Configuration } from '../../support/gateway.ts';
import type { Stage } from '../stage.ts';
import type { Script } from '../step.ts';

/** One of the cases that the house has to get right, as a part that can be played. */
export interface Scenario {
  /** Several cases may share one: 10 has three prices. */
  number: number;
  /** What happens. */
  what: string;
  /** What Tradelane does about it. */
  does: string;
  /** In whose dialect it can be said; the first is the one of the scenario table. */
  partners: readonly [PartnerId, ...PartnerId[]];
  /** Where it needs other lines than the usual two. */
  lines?: readonly LinePlan[];
  /** Where it needs other settings; such a case is not mixed with others. */
  configuration?: Configuration;
  play: (stage: Stage) => Script;
  /** How it ends, as `tellEnd` tells it. */
  end: readonly string[];
}

export const ALL_PARTNERS = [
  'northwind-hardware',
  'hansa-werkzeuge',
  'pacific-fasteners',
  'nordic-lighting',
] as const;
export const X12 = ['northwind-hardware', 'pacific-fasteners'] as const;
export const WITH_ACKNOWLEDGMENT = ['northwind-hardware', 'hansa-werkzeuge', 'pacific-fasteners'] as const;
