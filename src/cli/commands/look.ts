import { formatReceipt, type ReceiptFormat } from '../../shared/domain/receipt.ts'
import { fail } from '../../shared/domain/result.ts'
import type { Nas, Shop } from '../../shared/domain/shop.ts'
import type { EngineContract } from '../../shared/ipc/engine.ts'
import type { Peer } from '../../shared/worker/peer.ts'
import { orEnd } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatBytes, formatCounts, formatTable } from '../format.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { isAttended } from '../prompt.ts'
import type { Secrets } from '../secrets.ts'
import { otherShop } from '../shop-setup.ts'
import { signIn, signInOf } from '../sign-in.ts'
import { failureLine, type Speech, stepLine } from '../speech.ts'
import { describeLimit } from '../speed-limit-format.ts'
import { type CommonOptions, look } from './with-engine.ts'

/** `galley status`: the batches of this data folder. Moves nothing. */
export function status(options: CommonOptions): Promise<ExitCode> {
  return look(options, async (engine) => {
    const { batches, outboxCount, pausedAll, speedLimit } = orEnd(await engine.call('status', null))
    if (options.json) {
      printJson({ type: 'status', pausedAll, speedLimit, outboxCount, batches })
      return EXIT.ok
    }
    const rows = batches.map(({ id, shopName, templateName, state, priority, counts, totalBytes, createdAt }) => [
      id,
      new Date(createdAt).toISOString().slice(0, 16).replace('T', ' '),
      `${shopName}, ${templateName}`,
      priority === 'normal' ? state : `${state}, ${priority}`,
      formatBytes(totalBytes),
      formatCounts(counts),
    ])
    console.log(
      rows.length === 0
        ? 'No batches.'
        : formatTable(['Batch', 'Dropped (UTC)', 'For', 'State', 'Size', 'Files'], rows),
    )
    for (const { id, hold } of batches)
      if (hold !== null && 'failure' in hold)
        console.log(printable(`\n${id} waits: ${failureLine(hold.failure, options.speech)}`))
    if (speedLimit.bytesPerSecond !== null) console.log(`\n${describeLimit(speedLimit)}`)
    const twins = batches.reduce((sum, batch) => sum + batch.twins, 0)
    if (twins > 0)
      console.log(
        `\n${twins === 1 ? '1 file was' : `${twins} files were`} stored by a colleague as well, or ${twins === 1 ? 'looks' : 'look'} the same: see \`galley review\`.`,
      )
    if (outboxCount > 0)
      console.log(`\n${outboxCount === 1 ? '1 record waits' : `${outboxCount} records wait`} for the backend.`)
    return EXIT.ok
  })
}

/** `galley receipt BATCH`: what became of each file, on standard output. */
export function receipt(batchId: string, options: CommonOptions & { format: ReceiptFormat }): Promise<ExitCode> {
  return look(options, async (engine) => {
    process.stdout.write(formatReceipt(orEnd(await engine.call('receipt', { batchId })), options.format))
    return EXIT.ok
  })
}

type Check = [name: string, value: string, ok: boolean]

/** `galley doctor`: what Galley runs on, and whether NAS and backend of each shop answer. */
export function doctor(options: CommonOptions): Promise<ExitCode> {
  const { doctor: t } = options.speech
  return look(options, async (engine, _interrupt, secrets) => {
    const about = orEnd(await engine.call('diagnose', null))
    const rows: Check[] = [
      ['Node', about.node, true],
      [
        'SQLite',
        `${about.sqlite}, ${Object.entries(about.pragmas)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')}`,
        true,
      ],
      ['sharp', `${about.sharp}, libvips ${about.libvips}`, true],
      [t.crypto, about.nativeCrypto ? t.native : t.slow, about.nativeCrypto],
      [t.dataFolder, about.dataDir, true],
    ]
    for (const { shop } of orEnd(await engine.call('listShops', null))) {
      if (shop.nas !== null) rows.push(...(await checkNas(engine, secrets, { ...shop, nas: shop.nas }, options)))
      rows.push(...(await checkBackend(engine, shop, options.speech)))
    }
    if (options.json)
      printJson({ type: 'doctor', ...about, checks: rows.map(([name, detail, isOk]) => ({ name, ok: isOk, detail })) })
    else
      console.log(
        formatTable(
          ['', t.check, ''],
          rows.map(([name, value, isOk]) => [isOk ? t.good : t.bad, name, value]),
        ),
      )
    return rows.every(([, , isOk]) => isOk) ? EXIT.ok : EXIT.fault
  })
}

/** The NAS as a whole, then each step of the connection test. */
async function checkNas(
  engine: Peer<EngineContract>,
  secrets: Secrets,
  shop: Shop & { readonly nas: Nas },
  { json, speech }: CommonOptions,
): Promise<Check[]> {
  const name = speech.doctor.nas(shop.name)
  const mayAsk = isAttended() && !json
  const refused = mayAsk ? await signIn(secrets, shop.id, signInOf(engine, shop.id), speech) : null
  const tested =
    refused === null ? await engine.call('testConnection', { shopId: shop.id, nas: shop.nas }) : fail(refused)
  if (!tested.ok) {
    const { message, action } = speech.failure(tested.failure)
    return [[name, `${message} ${action}`, false]]
  }
  const bad = tested.value.find((step) => !step.ok)
  return [
    [name, bad === undefined ? speech.doctor.every : stepLine(bad, speech), bad === undefined],
    ...tested.value.map((result): Check => {
      const step = json ? result.step : speech.connection.steps[result.step]
      return [`${name}: ${step}`, stepLine(result, speech), result.ok]
    }),
  ]
}

async function checkBackend(engine: Peer<EngineContract>, shop: Shop, speech: Speech): Promise<Check[]> {
  const { doctor: t } = speech
  const isHere = shop.backendUrl === null
  const tested = await engine.call('testBackend', { shopId: shop.id, url: shop.backendUrl })
  const answers = ({ shopName }: { readonly shopName: string }): string =>
    isHere ? t.here : otherShop(shop.name, shopName, speech) || t.answersFor(shopName)
  const detail = tested.ok ? answers(tested.value) : failureLine(tested.failure, speech)
  const known = shop.backendFingerprint
  return [
    [isHere ? t.records(shop.name) : t.backend(shop.name), detail, tested.ok],
    ...(known === undefined ? [] : [[`${t.backend(shop.name)}: ${t.identity}`, known, true] satisfies Check]),
  ]
}
