/** What a folder of src/ may import: other folders of src/ (itself always), packages, and Node's own modules. */
export interface ImportRule {
  readonly folders: readonly string[]
  readonly packages: readonly string[]
  readonly node: boolean
}

/** Who may import whom. The longest folder that holds a file decides; tests may import anything. */
export const IMPORT_RULES: Readonly<Record<string, ImportRule>> = {
  // What crosses a boundary: types, schemas, codes.
  shared: { folders: [], packages: ['zod'], node: false },

  // A folder of one process and one user, which both sides have.
  'data-folder': { folders: ['shared'], packages: ['better-sqlite3'], node: true },

  // A page of the designs' feed as bytes, which one side makes and the other reads.
  'feed-page': { folders: ['shared/api', 'shared/domain'], packages: ['zod'], node: true },

  // Designs drawn on photos: by workstations for who looks, by the service's workers for the shop.
  mockups: { folders: ['shared/domain'], packages: ['sharp'], node: true },

  // The uploader itself. No Electron, no UI.
  engine: { folders: ['shared', 'data-folder', 'feed-page', 'mockups'], packages: ['zod'], node: true },
  'engine/catalog': {
    folders: ['shared', 'engine', 'data-folder', 'feed-page'],
    packages: ['zod', 'better-sqlite3'],
    node: true,
  },
  'engine/imaging': {
    folders: ['shared', 'engine', 'data-folder', 'mockups'],
    packages: ['sharp', 'blockhash-core'],
    node: true,
  },
  'engine/transfer': { folders: ['shared', 'engine'], packages: ['ssh2'], node: true },
  'engine/transfer/browse': { folders: ['shared', 'engine'], packages: ['ssh2', 'ssh2-sftp-client'], node: true },

  // Its processes and its hosts.
  worker: {
    folders: ['shared', 'engine', 'mockups', 'backend', 'practice'],
    packages: ['rotating-file-stream'],
    node: true,
  },
  cli: { folders: ['shared', 'engine', 'practice'], packages: ['commander', 'rotating-file-stream'], node: true },
  main: {
    folders: ['shared', 'worker/vitals.ts', 'worker/file-log.ts'],
    packages: ['electron', 'zod', 'rotating-file-stream'],
    node: true,
  },

  // The window.
  preload: { folders: ['shared'], packages: ['electron'], node: false },
  renderer: {
    folders: ['shared'],
    packages: [
      'react',
      'react-dom',
      'zustand',
      'lucide-react',
      '@fontsource-variable/inter',
      '@tanstack/react-virtual',
    ],
    node: false,
  },

  // The other side.
  backend: {
    folders: ['shared/api', 'shared/domain', 'shared/worker/log.ts', 'data-folder', 'feed-page'],
    packages: [
      'fastify',
      'fastify-type-provider-zod',
      '@fastify/rate-limit',
      '@fastify/swagger',
      '@peculiar/x509',
      'reflect-metadata',
      'kysely',
      'pg',
      'pg-boss',
      '@electric-sql/pglite',
      'commander',
      'sharp',
      'zod',
    ],
    node: true,
  },
  // Its workers, on the processes of the uploads, which are known by their entries and contracts.
  'backend/mockup-worker': {
    folders: ['backend', 'shared', 'engine/workers'],
    packages: ['kysely', 'zod'],
    node: true,
  },
  practice: { folders: ['shared', 'backend'], packages: ['sharp', 'ssh2'], node: true },
}
