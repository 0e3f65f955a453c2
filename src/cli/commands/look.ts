import { describeStep } from '../../shared/domain/connection-test.ts'
import { describeFailure } from '../../shared/domain/failure.ts'
import { formatReceipt, type ReceiptFormat } from '../../shared/domain/receipt.ts'
import { fail } from '../../shared/domain/result.ts'
import { orEnd } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatBytes, formatCounts, formatTable } from '../format.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { isAttended } from '../prompt.ts'
import { otherShop } from '../shop-setup.ts'
import { signIn, signInOf } from '../sign-in.ts'
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
      if (hold !== null && 'failure' in hold) console.log(printable(`\n${id} waits: ${describeFailure(hold.failure)}`))
    if (speedLimit.bytesPerSecond !== null) console.log(`\n${describeLimit(speedLimit)}`)
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
      [
        'SSH crypto',
        about.nativeCrypto ? 'native' : 'JavaScript: uploads run at half the speed. Run npm run demo once to build it.',
        about.nativeCrypto,
      ],
      ['Data folder', about.dataDir, true],
    ]
    for (const { shop } of orEnd(await engine.call('listShops', null))) {
      if (shop.nas !== null) {
        const mayAsk = isAttended() && !options.json
        const refused = mayAsk ? await signIn(secrets, shop.id, signInOf(engine, shop.id)) : null
        const tested =
          refused === null ? await engine.call('testConnection', { shopId: shop.id, nas: shop.nas }) : fail(refused)
        const bad = tested.ok ? tested.value.find((step) => !step.ok) : undefined
        const detail = tested.ok
          ? bad === undefined
            ? 'every step works'
            : describeStep(bad)
          : `${tested.failure.message} ${tested.failure.action}`
        rows.push([`NAS of ${shop.name}`, detail, tested.ok && bad === undefined])
        if (tested.ok)
          rows.push(
            ...tested.value.map((step): Check => [`NAS of ${shop.name}: ${step.step}`, describeStep(step), step.ok]),
          )
      }
      const isHere = shop.backendUrl === null
      const tested = await engine.call('testBackend', { shopId: shop.id, url: shop.backendUrl })
      const detail = tested.ok
        ? isHere
          ? 'kept on this computer'
          : otherShop(shop.name, tested.value.shopName) || `answers for ${tested.value.shopName}`
        : describeFailure(tested.failure)
      rows.push([isHere ? `Records of ${shop.name}` : `Backend of ${shop.name}`, detail, tested.ok])
      if (shop.backendFingerprint !== undefined)
        rows.push([`Backend of ${shop.name}: identity`, shop.backendFingerprint, true])
    }
    if (options.json)
      printJson({ type: 'doctor', ...about, checks: rows.map(([name, detail, isOk]) => ({ name, ok: isOk, detail })) })
    else
      console.log(
        formatTable(
          ['', 'Check', ''],
          rows.map(([name, value, isOk]) => [isOk ? 'ok' : 'FAULT', name, value]),
        ),
      )
    return rows.every(([, , isOk]) => isOk) ? EXIT.ok : EXIT.fault
  })
}
