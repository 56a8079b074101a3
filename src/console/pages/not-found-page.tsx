import { Link } from '@tanstack/react-router';
import { EmptyState } from '../parts/states.tsx';

export function NotFoundPage() {
  return (
    <EmptyState title="There is no such page">
      <p>
        The address may be mistyped or from another version. <Link to="/">Go to the exceptions</Link>.
      </p>
    </EmptyState>
  );
}
