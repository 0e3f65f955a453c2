import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Result } from '../../shared/domain/result.ts'
import { orEnd } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { checkBackendUrl } from '../shop-setup.ts'
import { failureLine, type Speech } from '../speech.ts'
import { type CommonOptions, withEngine } from './with-engine.ts'

export interface PairOptions extends CommonOptions {
  readonly shop?: string
  readonly device?: string
}

/** `galley pair ADDRESS CODE`: makes this computer a workstation of the shop whose service made the code. The token is kept
 *  in the data folder, readable by its user alone. */
export function pair(url: string, code: string, options: PairOptions): Promise<ExitCode> {
  checkBackendUrl('The address', url)
  return withEngine(options, async ({ session, secrets, interrupt }) => {
    const engine = session.engine()
    const device = options.device ?? hostname()
    const paired = orEnd(await engine.call('pairBackend', { urls: [url], code, device }, { signal: interrupt }))
    const { shopName, token, fingerprint } = paired
    const name = options.shop ?? shopName
    const known = orEnd(await engine.call('listShops', null)).find(({ shop }) => shop.name === name)
    const { backendFingerprint: _, ...before } = known?.shop ?? {
      id: randomUUID(),
      name,
      kind: 'real' as const,
      nas: null,
    }
    const tokenFile = join(options.dataDir, 'tokens', before.id)
    mkdirSync(join(options.dataDir, 'tokens'), { recursive: true, mode: 0o700 })
    writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 })
    secrets.use(before.id, { tokenFile })
    const pin = fingerprint === undefined ? {} : { backendFingerprint: fingerprint }
    orEnd(await engine.call('saveShop', { ...before, backendUrl: url, ...pin }))
    const isMove = known?.shop.backendUrl === null
    const moved = isMove ? await engine.call('resendRecords', { shopId: before.id }, { signal: interrupt }) : null
    if (options.json) {
      printJson({ type: 'paired', shop: name, device, backend: url, fingerprint: fingerprint ?? null })
      if (moved?.ok) printJson({ type: 'resent', ...moved.value })
    } else {
      console.log(printable(`${device} is a workstation of ${shopName} now.`))
      if (fingerprint !== undefined) console.log(`The service is known by ${fingerprint}, as the code has proven.`)
      if (moved !== null) console.log(printable(movedWords(moved, options.speech)))
    }
    return EXIT.ok
  })
}

/** What became of the records that this computer kept alone. */
function movedWords(moved: Result<{ readonly asked: number; readonly keptIn: string | null }>, speech: Speech): string {
  if (!moved.ok) return `This computer's records are not there yet: ${failureLine(moved.failure, speech)}`
  const { asked, keptIn } = moved.value
  const kept = keptIn === null ? '' : ` What this computer kept stays in ${keptIn}, until you remove it.`
  return `It has all of this computer's records now: ${asked}.${kept}`
}
