import { bundle } from '../support/bundle.ts'

/** A worker as it ships, in one file: Node's stripping of types alone would take 15 MB of it. `root` is the folder of the
 *  program, this one or a clone of it. */
export async function bundleWorker(name: 'imaging' | 'transfer', root?: string): Promise<URL> {
  return new URL(`${name}.js`, await bundle({ [name]: `src/worker/${name}.ts` }, 'bench', root))
}
