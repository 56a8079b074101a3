import { useState } from 'react';
import type { MatchCheck, MatchDecision } from '../data/types.ts';
import { formatAmount, formatDecimal } from '../words/format.ts';
import styles from './match-checks.module.css';
import { Status } from './status.tsx';
import { Steps } from './steps.tsx';

const NAMES: Record<string, string> = {
  A1: 'Line amounts add up',
  A2: 'The total adds up',
  A3: 'Number of lines',
  A4: 'Tax adds up',
  A5: 'Invoice date',
  A6: 'Currency is stated',
  A7: 'Amounts of allowances and charges',
  M1: 'Supplier',
  M2: 'Currency',
  M3: 'Quantity ordered',
  M4: 'Quantity received',
  M5: 'Quantity accepted',
  M6: 'Unit price',
  M7: 'Line total so far',
  M8: 'Unit of measure',
  M9: 'Item',
  M10: 'Dates',
  M11: 'Order is open',
  M12: 'Charges',
  M13: 'Tax',
  M14: 'Invoice total',
  M15: 'Payment terms',
  M16: 'Duplicates',
  M17: 'Arithmetic',
  M18: 'Bank details',
};

/** Of these, both sides and the difference are amounts of money. */
const MONEY = ['M6', 'M7', 'M12', 'M14'];

/** Every check that was made, with what was compared and the limits that held. */
export function MatchChecks({ decision }: { decision: MatchDecision }) {
  const differing = decision.checks.filter((check) => differs(check) || isComputed(check));
  // What agrees is one click away: what does not is read first.
  const [all, setAll] = useState(differing.length === 0);
  const checks = [...(all ? decision.checks : differing)].sort((a, b) => lineOf(a) - lineOf(b));
  return (
    <>
      <Steps key={String(all)} rows={checks} name="check">
        {(shown) => <CheckTable checks={shown} currency={decision.amounts.currency} />}
      </Steps>
      {differing.length === 0 ? null : (
        <button
          type="button"
          className={`${styles.more} no-print`}
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? 'Show only what differs' : 'Show all checks, also what does not apply'}
        </button>
      )}
    </>
  );
}

/** Those of the whole invoice are of line 0. */
function lineOf({ line = 0 }: MatchCheck): number {
  return line;
}

function CheckTable({ checks, currency }: { checks: readonly MatchCheck[]; currency: string }) {
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label="Checks">
      <table className={styles.table}>
        <caption className="visually-hidden">Checks of the match</caption>
        <thead>
          <tr>
            <th scope="col">Check</th>
            <th scope="col">Result</th>
            <th scope="col" className={styles.number}>
              Invoice
            </th>
            <th scope="col" className={styles.number}>
              Agreed
            </th>
            <th scope="col" className={styles.number}>
              Difference
            </th>
            <th scope="col">Limit</th>
          </tr>
        </thead>
        {[...Map.groupBy(checks, lineOf)].map(([line, group]) => (
          <tbody key={line}>
            <tr>
              <th scope="rowgroup" colSpan={6} className={styles.group}>
                {line === 0 ? 'Whole invoice' : `Line ${line}`}
              </th>
            </tr>
            {group.map((check, index) => (
              <CheckRow
                key={`${check.id}-${index}`}
                check={check}
                currency={MONEY.includes(check.id) ? currency : ''}
              />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function differs({ result }: MatchCheck): boolean {
  return result === 'failed' || result === 'warning' || result === 'tolerated';
}

/** An amount that the invoice does not state: people see what it was computed of. */
function isComputed({ id, result, right }: MatchCheck): boolean {
  return id === 'A7' && result === 'passed' && right === undefined;
}

function CheckRow({ check, currency }: { check: MatchCheck; currency: string }) {
  return (
    <tr className={styles.check} data-result={check.result}>
      <th scope="row">
        {NAMES[check.id] ?? check.id} <span className={styles.code}>{check.id}</span>
        <code className={styles.formula}>{check.formula}</code>
        {check.text === undefined ? null : <p className={styles.text}>{check.text}</p>}
      </th>
      <td>
        <Status code={check.result} bare />
        {check.code === undefined ? null : <span className={styles.fail}>{check.code}</span>}
      </td>
      <td className={styles.number}>{show(check.left, currency)}</td>
      <td className={styles.number}>{show(check.right, currency)}</td>
      <td className={styles.number}>
        {show(check.difference, currency)}
        {check.pct === undefined ? null : (
          <span className={styles.percent}>{formatDecimal(check.pct)} %</span>
        )}
      </td>
      <td className={styles.limits}>
        {describeLimits(check, currency)}
        {check.level === undefined ? null : <span className={styles.level}>{check.level}</span>}
      </td>
    </tr>
  );
}

function show(value: string | undefined, currency: string): string {
  return value === undefined ? '' : formatAmount(value, currency);
}

function describeLimits({ limits }: MatchCheck, currency: string): string {
  if (limits === undefined) return '';
  const side = (sign: string, pct: string | undefined, abs: string | undefined) =>
    [
      pct === undefined ? [] : [`${sign}${pct} %`],
      abs === undefined ? [] : [`${sign}${formatAmount(abs, currency)}`],
    ]
      .flat()
      .join(' and ');
  return [side('+', limits.upperPct, limits.upperAbs), side('−', limits.lowerPct, limits.lowerAbs)]
    .filter((part) => part !== '')
    .join(', ');
}
