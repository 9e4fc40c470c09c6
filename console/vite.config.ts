import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { firstViewBudget } from './build/first-view-budget.ts';
import { precompress } from './build/precompress.ts';

const HUB = process.env.HUB_URL ?? 'http://127.0.0.1:3000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  // src/console.ts of the hub puts the nonce of each answer here.
  html: { cspNonce: '__CSP_NONCE__' },
  plugins: [firstViewBudget({ maxGzippedBytes: 300_000 }), precompress()],
  build: {
    outDir: fileURLToPath(new URL('../dist/console', import.meta.url)),
    emptyOutDir: true,
    // A data: address would need its own exception in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
    target: 'es2022',
    // The first that know light-dark(): it must not be rewritten, since the colour scheme is set by a variable.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    rolldownOptions: {
      onLog(level, log, handle) {
        // "use client" in libraries: nothing is rendered on a server here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  // `npm run console:dev` serves the sources and asks a running hub for everything else.
  server: { proxy: { '/v1': HUB, '/openapi.json': HUB, '/health': HUB } },
});
