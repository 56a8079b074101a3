import { Link } from '@tanstack/react-router';
import type { ClaimRow } from '../data/types.ts';
import { wordsOfClaimKind } from '../words/claims.ts';
import { formatAmount } from '../words/format.ts';
import styles from './claim-list.module.css';
import { Status } from './status.tsx';

/** Claims in short, on the pages that they came from. */
export function ClaimList({ claims }: { claims: readonly ClaimRow[] }) {
  return (
    <ul className={styles.list}>
      {claims.map((claim) => (
        <li key={claim.id}>
          <Link to="/claims/$id" params={{ id: claim.id }}>
            {claim.number}
          </Link>
          <span>{wordsOfClaimKind(claim.kind)}</span>
          <span>{formatAmount(claim.value, claim.currency)}</span>
          <Status code={`claim:${claim.state}`} />
        </li>
      ))}
    </ul>
  );
}
