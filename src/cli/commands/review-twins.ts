import type { ItemView } from '../../shared/domain/batch.ts'
import type { KeptTwin } from '../../shared/domain/match.ts'
import { orEnd } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatTable } from '../format.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { failureLine, type Speech } from '../speech.ts'
import { type CommandContext, type CommonOptions, look } from './with-engine.ts'

/** What `--decide` is called for files that a colleague has stored as well. */
export const TWIN_DECISIONS = { 'take-back': 'theirs', 'keep-both': 'both' } as const satisfies Record<string, KeptTwin>
export type TwinDecision = keyof typeof TWIN_DECISIONS

/** A question about files that a colleague has stored as well, each beside the colleague's. */
export function twinTable(number: number, items: readonly ItemView[]): string {
  const rows = items.map(({ fileName, remotePath, twin }, index) => [
    index === 0 ? String(number) : '',
    printable(fileName),
    printable(remotePath ?? ''),
    printable(twin?.theirs ?? ''),
    printable(twin?.device ?? ''),
  ])
  return formatTable(['#', 'File', 'Yours', "A colleague's", 'Stored by'], rows)
}

/** Takes them back or keeps them, and says what became of each. Ends when the backend has heard of it, or cannot be reached. */
export async function settleTwins(
  { session, interrupt }: Pick<CommandContext, 'session' | 'interrupt'>,
  items: readonly ItemView[],
  decision: TwinDecision,
  { json, speech }: { readonly json: boolean; readonly speech: Speech },
): Promise<ExitCode> {
  const engine = session.engine()
  const itemIds = items.map(({ id }) => id)
  const refused = orEnd(await engine.call('settleTwins', { itemIds, kept: TWIN_DECISIONS[decision] }))
  const batchIds = [...new Set(items.map(({ batchId }) => batchId))]
  await engine.call('untilRest', { batchIds }, { signal: interrupt })
  for (const { id, batchId, fileName } of items) {
    const failure = refused.find(({ itemId }) => itemId === id)?.failure
    if (json) printJson({ type: 'settled', id, batchId, fileName, outcome: failure?.code ?? decision })
    else
      console.log(`${printable(fileName)}: ${failure === undefined ? WORDS[decision] : failureLine(failure, speech)}`)
  }
  return refused.length === 0 ? EXIT.ok : EXIT.someFailed
}

/** `galley review --drop-taken-back`: files that were taken back are kept no longer, as where the NAS is full. */
export function dropTakenBack(options: CommonOptions): Promise<ExitCode> {
  return look(options, async (engine) => {
    const { withdrawn } = orEnd(await engine.call('status', null))
    let files = 0
    for (const { shopId } of withdrawn) files += orEnd(await engine.call('dropWithdrawn', { shopId })).files
    if (options.json) printJson({ type: 'dropped', files })
    else console.log(files === 1 ? '1 file dropped.' : `${files} files dropped.`)
    return EXIT.ok
  })
}

const WORDS: Readonly<Record<TwinDecision, string>> = {
  'take-back': 'taken back, and kept for a week: `galley review --undo` brings it back',
  'keep-both': 'both stay',
}
