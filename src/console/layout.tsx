import { UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ApiProblem } from './data/api.ts';
import { countsQuery, sessionQuery } from './data/queries.ts';
import styles from './layout.module.css';
import { CommandPalette } from './parts/command-palette.tsx';
import { usePageStart } from './parts/focus.ts';
import { Icon } from './parts/icons.tsx';
import { ShortcutHelp } from './parts/shortcut-help.tsx';
import { useShortcuts } from './parts/shortcuts.ts';
import { ErrorState } from './parts/states.tsx';
import { useToasts } from './parts/toasts.tsx';
import { UserMenu } from './parts/user-menu.tsx';
import { NowProvider, useNow } from './parts/when.tsx';
import { formatDayAndTime } from './words/format.ts';
import { SignInAgain, SignInPage } from './pages/sign-in-page.tsx';

const SECTIONS = [
  { to: '/', label: 'Exceptions' },
  { to: '/orders', label: 'Orders' },
  { to: '/invoices', label: 'Invoices' },
  { to: '/claims', label: 'Claims' },
  { to: '/files', label: 'Files' },
  { to: '/deliveries', label: 'Deliveries' },
  { to: '/partners', label: 'Partners' },
  { to: '/certificates', label: 'Certificates' },
  { to: '/erp', label: 'ERP' },
] as const;

/** The frame around every page; asks for a sign-in first. */
export function Layout() {
  const session = useQuery(sessionQuery);
  const ended = session.error instanceof ApiProblem && session.error.status === 401;
  if (session.isPending) return <div className={styles.blank} aria-busy="true" />;
  if (session.data === undefined) {
    return ended ? (
      <SignInPage />
    ) : (
      <main className={styles.alone}>
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  return (
    <NowProvider>
      <Frame />
      {ended ? <SignInAgain /> : null}
    </NowProvider>
  );
}

function Frame() {
  const navigate = useNavigate();
  const toasts = useToasts();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [menu, setMenu] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { data: counts } = useQuery(countsQuery());
  const content = useRef<HTMLElement>(null);
  const announced = usePageStart(content);

  useEffect(() => setMenu(false), [path]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setPalette(true);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  useShortcuts({
    '?': () => setHelp(true),
    z: () => toasts.undoLatest(),
    'g e': () => void navigate({ to: '/' }),
    'g o': () => void navigate({ to: '/orders' }),
    'g i': () => void navigate({ to: '/invoices' }),
    'g c': () => void navigate({ to: '/claims' }),
    'g f': () => void navigate({ to: '/files' }),
    'g d': () => void navigate({ to: '/deliveries' }),
    'g p': () => void navigate({ to: '/partners' }),
    'g k': () => void navigate({ to: '/certificates' }),
    'g r': () => void navigate({ to: '/erp' }),
  });

  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <header className={`${styles.header} no-print`}>
        <Link to="/" className={styles.brand} aria-label="Tradelane, exceptions">
          <img src="/icon.svg" width="24" height="24" alt="" />
          <span>Tradelane</span>
        </Link>
        <UnstyledButton
          className={styles.menuButton}
          aria-expanded={menu}
          aria-controls="sections"
          onClick={() => setMenu(!menu)}
        >
          <Icon name={menu ? 'close' : 'menu'} />
          <span>Menu</span>
        </UnstyledButton>
        <nav id="sections" className={styles.nav} data-open={menu} aria-label="Sections">
          {SECTIONS.map(({ to, label }) => (
            <Link
              key={to}
              to={to}
              className={styles.navLink}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              data-current={to === '/' ? path === '/' || path.startsWith('/exceptions') : path.startsWith(to)}
            >
              {label}
              {to === '/' && counts !== undefined && counts.open > 0 ? (
                <span className={styles.count}>
                  {counts.open}
                  <span className="visually-hidden"> open</span>
                </span>
              ) : null}
            </Link>
          ))}
        </nav>
        <div className={styles.tools}>
          <UnstyledButton className={styles.search} onClick={() => setPalette(true)}>
            <Icon name="search" width="16" height="16" />
            <span>Find any id</span>
            <kbd>{isApple() ? '⌘K' : 'Ctrl K'}</kbd>
          </UnstyledButton>
          <SchemeButton />
          <UserMenu onHelp={() => setHelp(true)} />
        </div>
      </header>
      <main ref={content} id="content" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
      <p className="visually-hidden" role="status">
        {announced}
      </p>
      <Printed />
      {palette ? <CommandPalette onClose={() => setPalette(false)} /> : null}
      {help ? <ShortcutHelp onClose={() => setHelp(false)} /> : null}
    </div>
  );
}

/** On paper: as of when, and of which zone its times are. */
function Printed() {
  const now = useNow();
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return (
    <p className="print-only">
      Printed {formatDayAndTime(now)}. Times are those of {timeZone}.
    </p>
  );
}

function SchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const systemDark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  const dark = colorScheme === 'dark' || (colorScheme === 'auto' && systemDark);
  return (
    <UnstyledButton
      className={styles.iconButton}
      aria-label={dark ? 'Use light colours' : 'Use dark colours'}
      title={dark ? 'Light colours' : 'Dark colours'}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      <Icon name={dark ? 'sun' : 'moon'} />
    </UnstyledButton>
  );
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
