import { join } from 'node:path'
import { createMockupKernels } from '../../mockups/mockup-kernels.ts'
import { renderMockup } from '../../mockups/render.ts'
import { prepareScene, seenOn } from '../../mockups/scene.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { DrawMockupRequest } from '../../shared/worker/imaging.ts'
import { holdDesign } from './hold-design.ts'
import type { FileContext } from './one-file.ts'
import { writeWhole } from './write-whole.ts'

/** Draws a design on a mockup, and writes that as a JPEG. */
export async function drawMockup(
  { drawing, folder, path, to }: DrawMockupRequest,
  context: FileContext,
): Promise<Result<null>> {
  const kernels = createMockupKernels()
  const held = await holdDesign(path, seenOn([drawing]), kernels, context)
  if (!held.ok) return held
  const scene = await prepareScene(drawing, (sha256) => join(folder, sha256))
  if (context.signal.aborted) return fail(failure('cancelled'))
  const unwritten = writeWhole(await renderMockup(scene, kernels), to)
  return unwritten === null ? ok(null) : fail(unwritten)
}
