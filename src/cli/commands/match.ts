import { describeFailure } from '../../shared/domain/failure.ts'
import type { DuplicatePolicy, Match } from '../../shared/domain/match.ts'
import type { PreviewedFile } from '../../shared/domain/preview.ts'
import { orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatCounts } from '../format.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { MATCH_WORDS } from '../receipt-format.ts'
import { knownTemplate } from '../shop-setup.ts'
import { wholePaths } from '../whole-paths.ts'
import { type CommonOptions, look } from './with-engine.ts'

export interface MatchOptions extends CommonOptions, DuplicatePolicy {
  readonly shop?: string
  readonly template?: string
}

const NOT_KNOWN =
  'No such shop or template yet. The first `galley upload`, with --nas and --backend, makes them known; or --data-dir is another.'

/** `galley match PATH...`: what would become of these files, a line each, and nothing is changed. */
export function match(paths: readonly string[], options: MatchOptions): Promise<ExitCode> {
  const { json, onDuplicate, onSimilar } = options
  const dropped = wholePaths(paths)
  return look(options, async (engine, interrupt) => {
    const known = await knownTemplate(engine, options)
    if (known === null) throw usageError(NOT_KNOWN)
    const request = { paths: dropped, templateId: known.template.id, policy: { onDuplicate, onSimilar } }
    const tell = (file: PreviewedFile): void => {
      if (json) printJson({ type: 'file', ...file })
      else for (const line of linesOf(file)) console.log(printable(line))
    }
    const summary = orEnd(await engine.call('preview', request, { signal: interrupt, onEvent: tell }))
    const { upload, skip, review, failed, isWhole } = summary
    if (json) printJson({ type: 'summary', ...summary })
    else {
      console.log(formatCounts({ 'to upload': upload, 'to skip': skip, 'to review': review, failed }) || 'No files.')
      if (!isWhole) console.log('Stopped: not all files were looked at.')
    }
    return review + failed === 0 && isWhole ? EXIT.ok : EXIT.someFailed
  })
}

function linesOf({ path, outcome, matches, failure }: PreviewedFile): string[] {
  const verdict = `${outcome.padEnd(6)}  ${path}`
  if (failure !== null) return [`${verdict}: ${describeFailure(failure)}`]
  return [verdict, ...matches.map((one) => `          ${lineOf(one)}`)]
}

function lineOf({ kind, against, fileName }: Match): string {
  return `${MATCH_WORDS[kind]} ${fileName}, ${against === 'design' ? 'in the library' : 'on its way or in this drop'}`
}
