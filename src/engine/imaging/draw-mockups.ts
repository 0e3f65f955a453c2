import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { MockupKernels } from '../../mockups/mockup-kernels.ts'
import { renderMockup } from '../../mockups/render.ts'
import { prepareScene, seenOn } from '../../mockups/scene.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { DrawnFile, DrawRequest } from '../../shared/worker/mockups.ts'
import { wholeMs } from '../whole-ms.ts'
import { firstLine } from './header.ts'
import { holdDesign } from './hold-design.ts'
import { writeWhole } from './write-whole.ts'

/** Draws one design on several mockups, decoded once for all of them. `collectGarbage` is called where much was let go. */
export async function drawMockups(
  { path, folder, wanted }: DrawRequest,
  kernels: MockupKernels,
  collectGarbage: () => void,
): Promise<Result<readonly DrawnFile[]>> {
  const seen = seenOn(wanted.map(({ drawing }) => drawing))
  const held = await holdDesign(path, seen, kernels, { signal: new AbortController().signal })
  if (!held.ok) return held
  const drawn: DrawnFile[] = []
  for (const { drawing, to } of wanted) {
    collectGarbage()
    let jpeg: Buffer
    try {
      jpeg = await renderMockup(await prepareScene(drawing, (sha256) => join(folder, sha256)), kernels)
    } catch (error) {
      return fail(failure('mockup-wrong', { says: 'damaged-picture', words: firstLine(error) }))
    }
    const unwritten = writeWhole(jpeg, to)
    if (unwritten !== null) return fail(unwritten)
    const { mtimeNs } = statSync(to, { bigint: true })
    const sha256 = createHash('sha256').update(jpeg).digest('hex')
    drawn.push({ sha256, sizeBytes: jpeg.length, mtimeMs: wholeMs(mtimeNs) })
  }
  collectGarbage()
  return ok(drawn)
}
