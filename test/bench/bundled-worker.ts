import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '../..')

/** A worker as it ships, in one file: Node's stripping of types alone would take 15 MB of it. `root` is the folder of the
 *  program, this one or a clone of it. */
export async function bundleWorker(name: 'imaging' | 'transfer', root: string = ROOT): Promise<URL> {
  // Not in a scratch folder: from there it would not find the packages. Not in `out`: all of that is packaged.
  const outDir = join(root, 'test-results/bench')
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: { ssr: `src/worker/${name}.ts`, outDir, target: 'node24' },
  })
  return pathToFileURL(join(outDir, `${name}.js`))
}
