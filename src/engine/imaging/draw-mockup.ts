import { join } from 'node:path'
import { decodeDesign } from '../../mockups/design.ts'
import { createMockupKernels } from '../../mockups/mockup-kernels.ts'
import { renderMockup } from '../../mockups/render.ts'
import { prepareScene } from '../../mockups/scene.ts'
import { failure } from '../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import type { DrawMockupRequest } from '../../shared/worker/imaging.ts'
import { decodeInput } from './decode-input.ts'
import { decodeFailure, readHeader } from './header.ts'
import { type FileContext, withFile } from './one-file.ts'
import { writeWhole } from './write-whole.ts'

/** Draws a design on a mockup, and writes that as a JPEG. */
export function drawMockup(request: DrawMockupRequest, context: FileContext): Promise<Result<null>> {
  const { drawing, folder, path, to } = request
  return withFile(path, context, async (source, signal, limits) => {
    const header = await readHeader(path, source, limits)
    if (!header.ok) return header
    const scene = await prepareScene(drawing, (sha256) => join(folder, sha256))
    if (signal.aborted) return fail(failure('cancelled'))
    const kernels = createMockupKernels()
    try {
      kernels.hold(await decodeInput(source, header.value, (input) => decodeDesign(input, scene.seen), signal))
    } catch (error) {
      return fail(await decodeFailure(source, header.value.info.format, error))
    }
    const unwritten = writeWhole(await renderMockup(scene, kernels), to)
    return unwritten === null ? ok(null) : fail(unwritten)
  })
}
