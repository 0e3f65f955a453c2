import { readFile } from 'node:fs/promises'
import { failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'
import type { NasAccess } from '../../../shared/worker/transfer.ts'
import { identityFailure } from '../failures.ts'

/** The private key file to sign in with, as it stands there; null where the password does. */
export async function readIdentity({ nas, password }: NasAccess): Promise<Result<Buffer | null>> {
  if (nas.identityFile === undefined) {
    return password === undefined ? fail(failure('needs-sign-in', 'no password and no key')) : ok(null)
  }
  try {
    return ok(await readFile(nas.identityFile))
  } catch (error) {
    return fail(identityFailure(error))
  }
}
