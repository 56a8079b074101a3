import type { SegmentBuffer } from '../../edi/segment-buffer.ts';

/** An element as written: text, or the components of a composite. Trailing empty ones are left out by the writer. */
export type ElementText = string | readonly string[];

/**
 * Takes the segments of one transaction between its header and its trailer, value by value; the codec's SegmentWriter is
 * one.
 */
export interface SegmentSink {
  begin(id: string): void;
  /** A component of an element, both counted from 1; places ascend within a segment, what lies between is empty. */
  put(element: number, component: number, text: string): void;
  end(): void;
  /** A text with the characters that it will have in the file; without it texts stay as they are. */
  spell?(text: string): string;
  /** Where a sink that writes bytes has one: whole segments of plain text are put there directly. */
  readonly buffer?: SegmentBuffer;
}

export interface WriteOptions {
  /** Values for rules with `context:`: control numbers, the present date. */
  context?: Readonly<Record<string, string>>;
  /** EDIFACT decimal mark; default '.'. */
  decimalMark?: string;
}

/** A sink that hands on whole segments. */
export function collectSegments(take: (id: string, elements: ElementText[]) => void): SegmentSink {
  let id = '';
  let elements: (string | string[])[] = [];
  return {
    begin(segmentId) {
      id = segmentId;
      elements = [];
    },
    put(element, component, text) {
      while (elements.length < element) elements.push('');
      const known = elements[element - 1]!;
      if (component === 1 && known === '') {
        elements[element - 1] = text;
        return;
      }
      const parts = typeof known === 'string' ? [known] : known;
      while (parts.length < component) parts.push('');
      parts[component - 1] = text;
      elements[element - 1] = parts;
    },
    end() {
      take(id, elements);
    },
  };
}
