import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // Everything that the page loads is a file of ours: the content security policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // `vite --config src/console/vite.config.ts` shows changes at once against a gateway that runs beside it.
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
