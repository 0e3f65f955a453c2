import type { IndexReport } from '../../shared/domain/library.ts'
import { orEnd } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { formatBytes, formatCounts, formatTable } from '../format.ts'
import { printJson } from '../json-output.ts'
import { type CommonOptions, look } from './with-engine.ts'

/** `galley catalog stats`: how much the catalog holds. */
export function catalogStats(options: CommonOptions): Promise<ExitCode> {
  return look(options, async (engine) => {
    const stats = orEnd(await engine.call('catalogStats', null))
    if (options.json) {
      printJson({ type: 'stats', ...stats })
      return EXIT.ok
    }
    const { templates, items, outboxCount, hashVersion, bytes } = stats
    const rows = templates.map(({ shopName, templateName, known, pending, hashVersions, index }) => [
      `${shopName}, ${templateName}`,
      formatCounts({ known, 'on their way': pending }) || 'none',
      formatCounts(Object.fromEntries(Object.entries(hashVersions).map(([at, count]) => [`of version ${at}`, count]))),
      describeIndex(index),
    ])
    const header = ['Library', 'Designs', `Hashes (this Galley: version ${hashVersion})`, 'Index']
    console.log(rows.length === 0 ? 'No designs yet.' : formatTable(header, rows))
    console.log(`\nItems: ${formatCounts(items) || 'none'}`)
    console.log(`Records that wait for the backend: ${outboxCount}`)
    const sizes = Object.entries(bytes).map(([what, size]) => `${what} ${formatBytes(size)}`)
    console.log(`On the disk: ${sizes.join(', ')}`)
    return EXIT.ok
  })
}

/** `galley catalog verify`: is the database whole, and do the index files agree with it? */
export function catalogVerify(options: CommonOptions): Promise<ExitCode> {
  return look(options, async (engine) => {
    const verification = orEnd(await engine.call('verifyCatalog', null))
    const { databaseFault, templates } = verification
    const isWrong = templates.some(({ index }) => !index.isWhole || index.wrong > 0)
    if (options.json) printJson({ type: 'verification', ...verification })
    else {
      console.log(`Database: ${databaseFault ?? 'whole'}`)
      for (const { shopName, templateName, index } of templates)
        console.log(`Index of ${shopName}, ${templateName}: ${describeIndex(index)}`)
      if (isWrong) console.log('`galley catalog rebuild-index` makes the index anew from the database.')
    }
    return databaseFault === null && !isWrong ? EXIT.ok : EXIT.fault
  })
}

/** `galley catalog rebuild-index`: the index files made anew from the database. */
export function catalogRebuildIndex(options: CommonOptions): Promise<ExitCode> {
  return look(options, async (engine) => {
    const templates = orEnd(await engine.call('rebuildIndex', null))
    if (options.json) printJson({ type: 'rebuilt', templates })
    else
      for (const { shopName, templateName, designs } of templates)
        console.log(`Index of ${shopName}, ${templateName}: ${designs} designs`)
    return EXIT.ok
  })
}

function describeIndex({ isWhole, designs, behind, removed, wrong }: IndexReport): string {
  if (!isWhole) return 'damaged'
  return (
    formatCounts({ 'as in the catalog': designs, 'to be taken in': behind, 'removed since': removed, wrong }) || 'empty'
  )
}
