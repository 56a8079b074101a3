/** A UTC instant, ISO 8601 with milliseconds: `2026-01-31T08:15:00.000Z`. Sorts as text. */
export type Instant = string;

/** A calendar date without zone: `2026-01-31`. Sorts as text. */
export type LocalDate = string;

/** The only source of time. The core gets instants as arguments; adapters and use cases get a Clock. */
export interface Clock {
  now(): Instant;
}
