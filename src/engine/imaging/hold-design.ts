import { decodeDesign } from '../../mockups/design.ts'
import type { MockupKernels } from '../../mockups/mockup-kernels.ts'
import type { SeenSizes } from '../../mockups/surface.ts'
import { fail, ok, type Result } from '../../shared/domain/result.ts'
import { decodeInput } from './decode-input.ts'
import { decodeFailure, readHeader } from './header.ts'
import { type FileContext, withFile } from './one-file.ts'

/** Decodes a design, as large as it is seen on mockups, for the kernels that draw it: whatever file it is that is read here. */
export function holdDesign(
  path: string,
  seen: SeenSizes,
  kernels: Pick<MockupKernels, 'hold'>,
  context: FileContext,
): Promise<Result<null>> {
  return withFile(path, context, async (source, signal, limits) => {
    const header = await readHeader(path, source, limits)
    if (!header.ok) return header
    try {
      kernels.hold(await decodeInput(source, header.value, (input) => decodeDesign(input, seen), signal))
      return ok(null)
    } catch (error) {
      return fail(await decodeFailure(source, header.value.info.format, error))
    }
  })
}
