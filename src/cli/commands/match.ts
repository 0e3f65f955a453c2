import { isToBeSeen } from '../../shared/domain/failure.ts'
import type { DuplicatePolicy, Match } from '../../shared/domain/match.ts'
import type { PreviewedFile } from '../../shared/domain/preview.ts'
import { orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatCounts } from '../format.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { MATCH_WORDS } from '../receipt-format.ts'
import { knownTemplate } from '../shop-setup.ts'
import { failureLine, type Speech } from '../speech.ts'
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
  const { json, speech, onDuplicate, onSimilar } = options
  const dropped = wholePaths(paths)
  return look(options, async (engine, interrupt) => {
    const known = await knownTemplate(engine, options)
    if (known === null) throw usageError(NOT_KNOWN)
    const request = { paths: dropped, templateId: known.template.id, policy: { onDuplicate, onSimilar } }
    const tell = (file: PreviewedFile): void => {
      if (json) printJson({ type: 'file', ...file })
      else if (file.failure === null || isToBeSeen(file.failure))
        for (const line of linesOf(file, speech)) console.log(printable(line))
    }
    const summary = orEnd(await engine.call('preview', request, { signal: interrupt, onEvent: tell }))
    const { upload, skip, review, failed, noPictures, isWhole } = summary
    if (json) printJson({ type: 'summary', ...summary })
    else {
      const counts = { 'to upload': upload, 'to skip': skip, 'to review': review, failed, 'no picture': noPictures }
      console.log(formatCounts(counts) || 'No files.')
      if (!isWhole) console.log('Stopped: not all files were looked at.')
    }
    // As in an upload, a drop of nothing but what is no picture is a mistake.
    const isWell = review + failed === 0 && (upload + skip > 0 || noPictures === 0)
    return isWell && isWhole ? EXIT.ok : EXIT.someFailed
  })
}

function linesOf({ path, outcome, matches, failure }: PreviewedFile, speech: Speech): string[] {
  const verdict = `${outcome.padEnd(6)}  ${path}`
  if (failure !== null) return [`${verdict}: ${failureLine(failure, speech)}`]
  return [verdict, ...matches.map((one) => `          ${lineOf(one)}`)]
}

function lineOf({ kind, against, fileName }: Match): string {
  return `${MATCH_WORDS[kind]} ${fileName}, ${against === 'design' ? 'in the library' : 'on its way or in this drop'}`
}
