import type { ReactNode } from 'react';
import styles from './page.module.css';
import { useTitle } from './title.ts';

/** A page with its heading; `title` is also that of the browser's tab. */
export function Page({
  title,
  heading,
  above,
  tools,
  children,
}: {
  title: string;
  /** What stands in the heading, where it is more than the title. */
  heading?: ReactNode;
  above?: ReactNode;
  tools?: ReactNode;
  children: ReactNode;
}) {
  useTitle(title);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <div>
          {above === undefined ? null : <div className={styles.above}>{above}</div>}
          <h1>{heading ?? title}</h1>
        </div>
        {tools === undefined ? null : <div className={`${styles.tools} no-print`}>{tools}</div>}
      </header>
      {children}
    </div>
  );
}

export function Card({
  title,
  tools,
  children,
  flush,
}: {
  title?: ReactNode;
  tools?: ReactNode;
  children: ReactNode;
  /** The content reaches the edges: tables. */
  flush?: boolean;
}) {
  return (
    <section className={styles.card} data-flush={flush === true}>
      {title === undefined ? null : (
        <header className={styles.cardHeader}>
          <h2>{title}</h2>
          {tools}
        </header>
      )}
      {children}
    </section>
  );
}

/** Name and value pairs. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
