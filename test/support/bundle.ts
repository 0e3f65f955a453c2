import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '../..')

/** Processes as they ship, each in one file: of `entries`, in folder and name as in `src`, those below `to`. In the folder of
 *  a program, this one or a clone of it: from elsewhere they would not find the packages. Not in `out`: all of that is packaged. */
export async function bundle(entries: Readonly<Record<string, string>>, to: string, root: string = ROOT): Promise<URL> {
  const outDir = join(root, 'test-results', to)
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: { ssr: true, outDir, target: 'node24', minify: false, rolldownOptions: { input: entries } },
  })
  return pathToFileURL(`${outDir}/`)
}
