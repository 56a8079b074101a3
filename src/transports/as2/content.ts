/** A range of a file: content that is too large to be held in memory. */
export interface FileSlice {
  readonly path: string;
  /** Half-open byte range. */
  readonly start: number;
  readonly end: number;
}

/** Bytes of any size: in memory where small, in a file where large. */
export type Content = Uint8Array | FileSlice;

export function contentLength(content: Content): number {
  return content instanceof Uint8Array ? content.length : content.end - content.start;
}
