import { Link } from '@tanstack/react-router';
import { Page } from '../parts/page.tsx';

export function NotFoundPage() {
  return (
    <Page title="There is no such page">
      <p>
        The address may be mistyped or from another version. <Link to="/">Go to the exceptions</Link>.
      </p>
    </Page>
  );
}
