// node scripts/build-kernels.ts: compiles kernels/*.ts, and writes them down for those who load them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Each kernel, and the module that carries it. */
const KERNELS: Readonly<Record<string, string>> = {
  'kernels/pixels.ts': 'src/engine/imaging/pixels-wasm.ts',
  'kernels/mockups.ts': 'src/mockups/mockups-wasm.ts',
  'kernels/likeness.ts': 'src/engine/similarity/likeness-wasm.ts',
  'kernels/near.ts': 'src/engine/similarity/near-wasm.ts',
}

/** The modules that are not what their kernels compile to. */
export function findStaleKernels(root: string): string[] {
  return Object.entries(KERNELS).flatMap(([source, target]) => {
    const isFresh = readFileSync(join(root, target), 'utf8') === compileKernel(root, source)
    return isFresh ? [] : [`${target}: not what ${source} compiles to; run node scripts/build-kernels.ts`]
  })
}

/** What a kernel compiles to, as the text of a module. Throws with the compiler's words. */
function compileKernel(root: string, source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'galley-kernels-'))
  try {
    const file = join(folder, 'kernel.wasm')
    const flags = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '-o', file]
    const compiler = join(root, 'node_modules/assemblyscript/bin/asc.js')
    const { status, stderr } = spawnSync(process.execPath, [compiler, source, ...flags], {
      cwd: root,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    const lines =
      readFileSync(file)
        .toString('base64')
        .match(/.{1,110}/g) ?? []
    return `// Made from ${source} by scripts/build-kernels.ts.\nexport const WASM = \`\n${lines.join('\n')}\n\`\n`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  for (const [source, target] of Object.entries(KERNELS)) writeFileSync(join(root, target), compileKernel(root, source))
}
