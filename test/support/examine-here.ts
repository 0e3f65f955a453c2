import { examine } from '../../src/engine/imaging/examine.ts'
import { createPixelKernels } from '../../src/engine/imaging/pixel-kernels.ts'
import type { Examination } from '../../src/shared/domain/item.ts'
import type { Result } from '../../src/shared/domain/result.ts'

/** Examines one file in this process. */
export function examineHere(path: string): Promise<Result<Examination>> {
  const signal = new AbortController().signal
  return examine({ path }, { kernels: createPixelKernels(), signal, onHashing: () => undefined })
}
