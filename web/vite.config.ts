import { defineConfig } from 'vite';

// The paths of the API, for `npm run dev` beside a running `wangge serve`.
const api = [
  '/healthz',
  '/project',
  '/boundary',
  '/plans',
  '/versions',
  '/lookup',
  '/checks',
  '/jobs',
  '/tiles',
];
const server = process.env.WANGGE_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  server: { proxy: Object.fromEntries(api.map((path) => [path, server])) },
  // MapLibre is most of it, and is needed before anything can be shown: one chunk.
  build: { target: 'es2022', chunkSizeWarningLimit: 1500, assetsInlineLimit: 0 },
});
