import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Button.css';
import '@mantine/core/styles/ActionIcon.css';
import '@mantine/core/styles/Input.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/Skeleton.css';
import '@mantine/core/styles/Tabs.css';
import './tokens.css';
import './base.css';
import { createTheme, MantineProvider } from '@mantine/core';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './data/api.ts';
import { sessionQuery } from './data/queries.ts';
import { ToastProvider } from './parts/toasts.tsx';
import { router } from './router.tsx';

const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // Whatever learns first that the session has ended: the frame asks for a new one.
    onError: (error, { queryKey }) => {
      const ended = error instanceof ApiProblem && error.status === 401;
      if (ended && queryKey[0] !== sessionQuery.queryKey[0]) {
        void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }
    },
  }),
  defaultOptions: {
    queries: {
      // Only what may pass by itself is asked for again; everything else is shown at once.
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500),
      retryDelay: 800,
      staleTime: 2_000,
    },
  },
});

const theme = createTheme({ respectReducedMotion: true, cursorType: 'pointer' });

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    {/* The variables and classes come from files: the content security policy allows no style elements. */}
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
