import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { usePrinting } from './printing.ts';

/** Rows drawn together. */
const BLOCK = 200;

/** Rows in blocks; a block far from the screen is empty space of its height, on paper none is. Any number of rows stays quick. */
export function LazyBlocks<T>({
  rows,
  rowHeight,
  shown,
  children,
}: {
  rows: readonly T[];
  /** In pixels, as far as it can be told before a row is drawn. */
  rowHeight: number;
  /** Whether a row has to be there from the start. */
  shown: (row: T) => boolean;
  children: (row: T) => ReactNode;
}) {
  const blocks = useMemo(
    () =>
      Array.from({ length: Math.ceil(rows.length / BLOCK) }, (_, at) =>
        rows.slice(at * BLOCK, (at + 1) * BLOCK),
      ),
    [rows],
  );
  return blocks.map((block, index) => (
    <Block key={index} height={block.length * rowHeight} initial={index === 0 || block.some(shown)}>
      {() => block.map(children)}
    </Block>
  ));
}

function Block({
  height,
  initial,
  children,
}: {
  height: number;
  initial: boolean;
  children: () => ReactNode;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(initial);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => setNear(entries.at(-1)!.isIntersecting), {
      rootMargin: '1200px 0px',
    });
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  const printing = usePrinting();
  const drawn = near || initial || printing;
  return (
    <div ref={ref} style={drawn ? undefined : { height }}>
      {drawn ? children() : null}
    </div>
  );
}
