import { instantMs, toInstant } from '../../src/common/calendar.ts';
import type { Clock, Timer } from '../../src/pipeline/ports/clock.ts';

/** A clock that stands still until it is moved, with the timers that hang on it. */
export class FakeTime implements Clock, Timer {
  #nowMs: number;
  #waiting: { atMs: number; callback: () => void }[] = [];

  constructor(start = '2026-03-02T08:00:00.000Z') {
    this.#nowMs = instantMs(start);
  }

  now(): string {
    return toInstant(this.#nowMs);
  }

  after(delayMs: number, callback: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, callback };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }

  /** Moves on, and calls back what became due, in order. A negative step sets the clock back. */
  advance(stepMs: number): void {
    this.#nowMs += stepMs;
    const due = this.#waiting.filter(({ atMs }) => atMs <= this.#nowMs).sort((a, b) => a.atMs - b.atMs);
    this.#waiting = this.#waiting.filter((entry) => !due.includes(entry));
    for (const { callback } of due) callback();
  }
}
