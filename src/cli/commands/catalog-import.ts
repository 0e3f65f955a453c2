import { statSync } from 'node:fs'
import type { ImportedFile, ImportSummary } from '../../shared/domain/import.ts'
import { orEnd, usageError } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatCounts } from '../format.ts'
import { printJson } from '../json-output.ts'
import { printable } from '../printable.ts'
import { checkSecretFiles } from '../secrets.ts'
import { knownTemplate, type ShopOptions, setUpShop } from '../shop-setup.ts'
import { failureLine, type Speech } from '../speech.ts'
import { wholePaths } from '../whole-paths.ts'
import { type CommonOptions, withEngine } from './with-engine.ts'

export interface ImportOptions extends CommonOptions, ShopOptions {
  readonly remote?: string
}

/** How often the count is said where it cannot be redrawn in place. */
const TELL_EVERY = 500
const REDRAW_MS = 200

/** `galley catalog import FOLDER`: the designs of a folder become known, to be found as duplicates. */
export async function catalogImport(path: string, options: ImportOptions): Promise<ExitCode> {
  const { json, remote: remoteFolder } = options
  const [folder = ''] = wholePaths([path])
  if (!statSync(folder).isDirectory()) throw usageError(`${path} is not a folder.`)
  if (remoteFolder !== undefined && !remoteFolder.startsWith('/'))
    throw usageError('--remote: the whole path on the NAS, from /.')
  checkSecretFiles(options)
  return withEngine(options, async ({ session, secrets, interrupt }) => {
    const engine = session.engine()
    const { shop, template } = (await knownTemplate(engine, options)) ?? (await setUpShop(engine, secrets, options))
    secrets.use(shop.id, options)
    const progress = json ? jsonProgress() : createProgress(process.stderr, options.speech)
    const request = { folder, templateId: template.id, remoteFolder }
    const answer = await engine.call('importDesigns', request, { signal: interrupt, onEvent: progress.tell })
    progress.end()
    const summary = orEnd(answer)
    if (json) printJson({ type: 'summary', ...summary })
    else console.log(summaryLine(summary))
    return summary.failed === 0 && summary.isWhole ? EXIT.ok : EXIT.someFailed
  })
}

interface Progress {
  tell(file: ImportedFile): void
  end(): void
}

function jsonProgress(): Progress {
  return { tell: (file) => printJson({ type: 'file', ...file }), end: () => undefined }
}

/** Files that failed, each with its reason, and how many were read. */
function createProgress(output: NodeJS.WriteStream, speech: Speech): Progress {
  let files = 0
  let drawnAt = 0
  const clear = (): void => void (output.isTTY && output.write('\r\x1b[K'))
  return {
    tell({ path, failure }) {
      files += 1
      if (failure !== null) {
        clear()
        output.write(`${printable(`failed    ${path}: ${failureLine(failure, speech)}`)}\n`)
      }
      if (output.isTTY && performance.now() - drawnAt >= REDRAW_MS) {
        drawnAt = performance.now()
        output.write(`\r\x1b[K${files} files read`)
      } else if (!output.isTTY && files % TELL_EVERY === 0) output.write(`${files} files read\n`)
    },
    end: clear,
  }
}

function summaryLine({ imported, known, unchanged, failed, shared, isWhole }: ImportSummary): string {
  const counts = { imported, 'known already': known, 'imported before': unchanged, failed }
  const records = shared === 1 ? '1 record' : `${shared} records`
  const told = shared === 0 ? '' : `\n${records} for the shop: its other workstations need not read the folder.`
  const line = `${formatCounts(counts) || 'No files.'}${told}`
  return isWhole ? line : `${line}\nStopped. The same command goes on where it was.`
}
