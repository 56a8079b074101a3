import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { Search } from './data/address.ts';
import { Layout } from './layout.tsx';
import { ExceptionsPage } from './pages/exceptions-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';

/** A name without a value is none: `after=undefined` would ask for the page after "undefined". */
const validateSearch = (search: Record<string, unknown>): Search =>
  Object.fromEntries(
    Object.entries(search)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );

const root = createRootRoute({ component: Layout, notFoundComponent: NotFoundPage, validateSearch });

const page = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(load as () => Promise<Record<string, () => React.ReactNode>>, name),
  });

const routeTree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', component: ExceptionsPage }),
  page('/exceptions/$id', () => import('./pages/exception-page.tsx'), 'ExceptionPage'),
  page('/orders', () => import('./pages/orders-page.tsx'), 'OrdersPage'),
  page('/orders/$id', () => import('./pages/order-page.tsx'), 'OrderPage'),
  page('/files', () => import('./pages/files-page.tsx'), 'FilesPage'),
  page('/files/$id', () => import('./pages/file-page.tsx'), 'FilePage'),
  page('/documents/$id', () => import('./pages/document-page.tsx'), 'DocumentPage'),
  page('/deliveries', () => import('./pages/deliveries-page.tsx'), 'DeliveriesPage'),
  page('/deliveries/$id', () => import('./pages/delivery-page.tsx'), 'DeliveryPage'),
  page('/partners', () => import('./pages/partners-page.tsx'), 'PartnersPage'),
  page('/partners/$id', () => import('./pages/partner-page.tsx'), 'PartnerPage'),
  page('/certificates', () => import('./pages/certificates-page.tsx'), 'CertificatesPage'),
  page('/certificates/$id', () => import('./pages/certificate-page.tsx'), 'CertificatePage'),
  page('/erp', () => import('./pages/erp-page.tsx'), 'ErpPage'),
  page('/repeats', () => import('./pages/repeats-page.tsx'), 'RepeatsPage'),
  page('/repeats/approvals', () => import('./pages/approvals-page.tsx'), 'ApprovalsPage'),
  page('/repeats/$id', () => import('./pages/repeat-page.tsx'), 'RepeatPage'),
  page('/retention', () => import('./pages/retention-page.tsx'), 'RetentionPage'),
  page('/invoices', () => import('./pages/invoices-page.tsx'), 'InvoicesPage'),
  page('/invoices/$id', () => import('./pages/invoice-page.tsx'), 'InvoicePage'),
  page('/claims', () => import('./pages/claims-page.tsx'), 'ClaimsPage'),
  page('/claims/$id', () => import('./pages/claim-page.tsx'), 'ClaimPage'),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const kept = Object.entries(search as Search).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(kept as [string, string][]).toString();
    return text === '' ? '' : `?${text}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
