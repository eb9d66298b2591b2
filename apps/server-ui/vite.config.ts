import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses: the pages work under any path prefix without being told which.
  base: './',
  plugins: [react()],
  resolve: { tsconfigPaths: true },
  build: {
    outDir: '../../dist/apps/server-ui',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // One style sheet, loaded before the first paint: pages arriving later do not move what is there.
    cssCodeSplit: false,
  },
});
