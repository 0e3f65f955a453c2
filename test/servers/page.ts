import { PROGRAMS, type ServerKind } from '../support/servers/server-kind.ts'
import type { KeptTrial, Share, Trial } from './trial-result.ts'

/** One set-up of a server with what came of it; a trial is null where it could not be tried, `why` says so then. */
export interface Row {
  readonly kind: ServerKind
  readonly trial: KeptTrial | null
  readonly why: string | null
}

/** `docs/servers.md`: a table with a row a server, and what each refusal said. */
export function serversPage(rows: readonly Row[]): string {
  const commits = new Set(rows.flatMap(({ trial }) => (trial === null ? [] : [trial.commit])))
  const measured = `Measured at ${[...commits].join(', ')}.`
  return [INTRODUCTION, measured, table(rows), refusals(rows), packages(rows)].join('\n\n').concat('\n')
}

const INTRODUCTION = `# Other people's servers
Made by \`npm run servers\` with real servers on this computer, each with a configuration and files of its own. On each: the
connection test; 60 small designs and one of 60 MB, whose connection is cut at 36 MB; every file on the NAS compared by its
SHA-256; a file of somebody else under the second name; all designs restored; one replaced, and that taken back; 24 designs
each of two workstations at once. Beside it, \`sftp -b\`, rclone and lftp copy eight of the small files and the large one.
**Bold** is what Galley should not do.`

const HEAD = [
  'server',
  'what is particular',
  'test',
  'sign-ins',
  'stored',
  'foreign file',
  'sent again after the cut',
  'restored',
  'replaced / undone',
  'two at once',
  'left behind',
  'sftp / rclone / lftp',
]

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ kind, trial, why }) => {
    const cells = trial === null ? [`not tried: ${why ?? 'not yet'}`] : cellsOf(kind, trial)
    return `| ${[kind.name, kind.what, ...cells].join(' | ')} |`
  })
  return [`| ${HEAD.join(' | ')} |`, `|${' --- |'.repeat(HEAD.length)}`, ...lines].join('\n')
}

function cellsOf({ expected }: ServerKind, trial: Trial): string[] {
  const refuses = expected.kind === 'refuses'
  const bold = (text: string, isBad: boolean): string => (isBad ? `**${text}**` : text)
  const share = (of: Share | null): string =>
    of === null ? '-' : bold(`${of.done}/${of.of}`, expected.kind === 'stores' && of.done < of.of)
  const { peers } = trial
  const peer = (name: string): string => (peers[name] === undefined ? '-' : peers[name] ? 'yes' : 'no')
  const replaced = trial.replaced === null ? '-' : `${trial.replaced} / ${trial.undone ?? '-'}`
  return [
    trial.test.ok ? 'ok' : bold(trial.refusals[0]?.code ?? 'fails', expected.kind !== 'refuses'),
    `${trial.signIns}`,
    share(trial.stored),
    refuses ? '-' : bold(trial.foreignKept ? 'kept' : 'gone', !trial.foreignKept),
    trial.resentMb === null ? '-' : `${trial.resentMb.toFixed(1)} MB`,
    share(trial.restored),
    bold(replaced, expected.kind === 'stores' && replaced !== 'yes / yes'),
    share(trial.stations),
    bold(trial.leftovers.length === 0 ? 'nothing' : `${trial.leftovers.length} files`, trial.leftovers.length > 0),
    ['sftp', 'rclone', 'lftp'].map(peer).join(' / '),
  ]
}

function refusals(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ kind, trial }) => {
    const said = trial?.refusals.map(({ code, words }) => `\`${code}\` ${words.replaceAll('|', '\\|')}`) ?? []
    const cannot = kind.cannot === undefined ? [] : [`Why not: ${kind.cannot}.`]
    const faults = trial?.faults.map((fault) => `**${fault}**`) ?? []
    const all = [...said, ...cannot, ...faults]
    return all.length === 0 ? [] : [`- ${kind.name}: ${all.join('<br>')}`]
  })
  return ['## What was said where something did not go', ...lines].join('\n')
}

function packages(rows: readonly Row[]): string {
  const used = new Set(rows.flatMap(({ kind }) => kind.programs).map((name) => PROGRAMS[name].package))
  return `## Packages\nDebian's ${[...used, 'lftp'].sort().join(', ')}. Servers that change users or mount disks need root.`
}
