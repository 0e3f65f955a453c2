import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { decodeText } from '../../../shared/decode-text.ts'
import { failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import { homePath } from '../../home-path.ts'
import { identityFailure } from '../failures.ts'

/** No key is larger; what is was chosen by mistake. */
const MAX_KEY_BYTES = 1024 * 1024

/** Reads a key, or a certificate, as text. Anything that is not a plain small file is refused at once: a pipe, a device
 *  or a folder would never end, or be no text. */
export async function readKeyText(path: string): Promise<Result<string>> {
  const unusable = (says: 'no-file' | 'too-large-for-a-key'): Result<never> =>
    fail(failure('key-unusable', { says: 'at', path, what: { says } }))
  try {
    // Without waiting for somebody who writes into a pipe.
    await using file = await open(homePath(path), constants.O_RDONLY | constants.O_NONBLOCK)
    const found = await file.stat()
    if (!found.isFile()) return unusable('no-file')
    if (found.size > MAX_KEY_BYTES) return unusable('too-large-for-a-key')
    return ok(decodeText(await file.readFile()).trim())
  } catch (error) {
    return fail(identityFailure(error))
  }
}
