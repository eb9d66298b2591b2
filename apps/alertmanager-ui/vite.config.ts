import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative addresses: the pages work under any route prefix without being told which.
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../dist/apps/alertmanager-ui',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // One style sheet, loaded before the first paint.
    cssCodeSplit: false,
  },
});
