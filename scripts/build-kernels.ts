// node scripts/build-kernels.ts: compiles kernels/pixels.ts, and writes it down for those who load it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const TARGET = 'src/engine/imaging/pixels-wasm.ts'

/** What `kernels/pixels.ts` compiles to, as the text of a module. Throws with the compiler's words. */
export function compileKernels(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'galley-kernels-'))
  try {
    const file = join(folder, 'pixels.wasm')
    const flags = ['-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '-o', file]
    const compiler = join(root, 'node_modules/assemblyscript/bin/asc.js')
    const { status, stderr } = spawnSync(process.execPath, [compiler, 'kernels/pixels.ts', ...flags], {
      cwd: root,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    const lines =
      readFileSync(file)
        .toString('base64')
        .match(/.{1,110}/g) ?? []
    const head = '// Made from kernels/pixels.ts by scripts/build-kernels.ts.\nexport const PIXELS_WASM = `\n'
    return `${head}${lines.join('\n')}\n\`\n`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The module if it is not what its source compiles to. */
export function findStaleKernels(root: string): string[] {
  const isFresh = readFileSync(join(root, TARGET), 'utf8') === compileKernels(root)
  return isFresh ? [] : [`${TARGET}: not what kernels/pixels.ts compiles to; run node scripts/build-kernels.ts`]
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  writeFileSync(join(root, TARGET), compileKernels(root))
}
