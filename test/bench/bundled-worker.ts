import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '../..')

/** The imaging worker as it ships, in one file: Node's stripping of types alone would take 15 MB of a worker. */
export async function bundleImagingWorker(): Promise<URL> {
  // Not in a scratch folder: from there it would not find the packages.
  const outDir = join(ROOT, 'out/bench')
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    build: { ssr: 'src/worker/imaging.ts', outDir, target: 'node24' },
  })
  return pathToFileURL(join(outDir, 'imaging.js'))
}
