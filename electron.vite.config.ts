import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

// One bundle per process: main, the bridge, the window, and each child process that main forks by its file name.
export default defineConfig({
  main: {
    build: {
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: 'src/main/index.ts',
          engine: 'src/worker/engine.ts',
          imaging: 'src/worker/imaging.ts',
          transfer: 'src/worker/transfer.ts',
          copy: 'src/worker/copy.ts',
          records: 'src/worker/records.ts',
          practice: 'src/worker/practice.ts',
          // The thread of the database of both.
          'embedded-worker': 'src/backend/database/embedded-worker.ts',
        },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload is one CommonJS file: it cannot import.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: { rolldownOptions: { input: 'src/renderer/index.html' } },
  },
})
