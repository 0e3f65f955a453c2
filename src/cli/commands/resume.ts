import type { Decision } from '../../shared/domain/match.ts'
import { orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { followUps } from '../follow-ups.ts'
import { runBatches } from '../run-batches.ts'
import { checkSecretFiles } from '../secrets.ts'
import { correctShop, findShop, type ShopOptions } from '../shop-setup.ts'
import { signInFirst } from '../sign-in.ts'
import { type CommonOptions, withEngine } from './with-engine.ts'

export interface ResumeOptions extends CommonOptions, Omit<ShopOptions, 'template'> {
  readonly onSimilar?: Extract<Decision, 'keep' | 'skip'>
}

/** `galley resume`: goes on with everything that has not ended. */
export async function resume(options: ResumeOptions): Promise<ExitCode> {
  checkSecretFiles(options)
  return withEngine(options, async ({ session, secrets, interrupt }) => {
    const engine = session.engine()
    const { batches } = orEnd(await engine.call('status', null))
    const open = batches.filter(({ state }) => state !== 'ended')
    if (open.length > 0 && (givesSecrets(options) || isCorrection(options))) {
      const waiting = orEnd(await engine.call('listShops', null)).filter(({ shop }) =>
        open.some(({ shopId }) => shopId === shop.id),
      )
      const setup = findShop(waiting, options.shop)
      if (setup === undefined) throw usageError(`Nothing waits for a shop "${options.shop}".`)
      // Of this one shop only: one NAS's password is never tried at another's.
      secrets.use(setup.shop.id, options)
      if (isCorrection(options)) await correctShop(engine, secrets, setup.shop, options)
    }
    await signInFirst(
      engine,
      secrets,
      open.map(({ shopId }) => shopId),
      options,
    )
    await session.begin()
    for (const { id } of open) {
      orEnd(await engine.call('resume', { batchId: id }))
      if (options.onSimilar === undefined) continue
      const items = orEnd(await engine.call('batchItems', { batchId: id }))
      const itemIds = items.filter(({ stage }) => stage === 'review').map((item) => item.id)
      if (itemIds.length > 0) orEnd(await engine.call('decide', { itemIds, decision: options.onSimilar }))
    }
    if (open.length === 0) {
      if (!options.json) console.error('Nothing is left to do.')
      return EXIT.ok
    }
    return runBatches({
      session,
      secrets,
      batchIds: open.map(({ id }) => id),
      json: options.json,
      speech: options.speech,
      commands: followUps(options),
      interrupt,
    })
  })
}

function givesSecrets({ passwordFile, passphraseFile, tokenFile }: ResumeOptions): boolean {
  return [passwordFile, passphraseFile, tokenFile].some((given) => given !== undefined)
}

/** Was anything given that corrects the shop itself, not only its secrets? */
function isCorrection(options: ResumeOptions): boolean {
  const { nas, identity, connections, verify, oldAlgorithms, matching, hostKey, trustOnFirstUse, backend } = options
  const given = [nas, identity, connections, verify, oldAlgorithms, matching, hostKey, backend]
  return trustOnFirstUse === true || given.some((option) => option !== undefined)
}
