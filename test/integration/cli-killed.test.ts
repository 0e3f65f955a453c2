import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBackend, type TestBackend } from '../support/backend.ts'
import { findDifferences } from '../support/differences.ts'
import { type Galley, setUpWorkstation, type Workstation } from '../support/galley.ts'
import { copyRealDesigns, haveRealDesigns, writeLargeDesign } from '../support/real-designs.ts'
import { type Sshd, startSshd } from '../support/sshd.ts'

const DESIGNS = Number(process.env.GALLEY_TEST_DESIGNS ?? 40)
const LARGE_MB = 40

let home: string
let sshd: Sshd
let backend: TestBackend
let sources: string[] = []

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'galley-killed-'))
  sshd = await startSshd()
  backend = await startBackend()
  if (!haveRealDesigns()) return
  sources = await copyRealDesigns(join(home, 'designs'), DESIGNS)
  sources.push(await writeLargeDesign(join(home, 'designs', '0 large.png'), LARGE_MB))
}, 120_000)

afterAll(async () => {
  await backend[Symbol.asyncDispose]()
  await sshd[Symbol.asyncDispose]()
  await rm(home, { recursive: true, force: true })
})

/** What there is to see of the work from outside. */
interface Sight {
  readonly examined: number
  readonly finalNames: number
  readonly partBytes: number
  readonly records: number
}

type Moment = (sight: Sight) => boolean
const whileHashing: Moment = ({ examined }) => examined >= 7
const inTheMiddleOfAFile: Moment = ({ partBytes }) => partBytes > 3e6
const betweenRenameAndRecord: Moment = ({ finalNames, records }) => finalNames >= 13 && records < finalNames

type Kill = (galley: Galley) => Promise<void>
const everything: Kill = async (galley) => galley.killAll()
const theEngine: Kill = async (galley) => expect(await galley.killOnly('engine')).toBe(1)
const theTransferWorker: Kill = async (galley) => expect(await galley.killOnly('transfer')).toBe(1)
const theImagingWorkers: Kill = async (galley) => expect(await galley.killOnly('imaging')).toBeGreaterThan(0)

test.for<readonly [who: string, when: string, kill: Kill, moment: Moment]>([
  ['everything', 'while hashing', everything, whileHashing],
  ['everything', 'in the middle of a file', everything, inTheMiddleOfAFile],
  ['everything', 'between rename and record', everything, betweenRenameAndRecord],
  ['the engine', 'in the middle of a file', theEngine, inTheMiddleOfAFile],
  ['the engine', 'between rename and record', theEngine, betweenRenameAndRecord],
  ['the transfer worker', 'in the middle of a file', theTransferWorker, inTheMiddleOfAFile],
  ['the imaging workers', 'while hashing', theImagingWorkers, whileHashing],
])(
  '[killed] %s killed %s: nothing is lost or doubled',
  { timeout: 180_000 },
  async ([who, when, kill, moment], context) => {
    if (sources.length === 0) context.skip('openclipart-png is not installed')
    const station = await setUpWorkstation({ home, sshd, backend, shop: `${who} ${when}` })
    const galley = station.upload([join(home, 'designs')], '--on-similar', 'keep')
    await until(galley, station, moment)
    await kill(galley)
    const { code, stderr } = await galley.ended
    // A command that was not killed itself goes on by itself.
    expect(code, stderr).toBe(kill === everything ? null : 0)
    const resumed = await station.resume().ended
    expect(resumed.code, resumed.stderr).toBe(0)
    const ends = {
      sources,
      nasRoot: station.nasRoot,
      records: await station.records(),
      receipt: await station.receipt(),
    }
    expect(await findDifferences(ends)).toEqual([])
  },
)

async function until(galley: Galley, station: Workstation, moment: Moment): Promise<void> {
  while (galley.isRunning) {
    if (moment(await look(station))) return
  }
  throw new Error(`galley ended before the moment came: ${JSON.stringify(await galley.ended)}`)
}

async function look({ dataDir, nasRoot, records }: Workstation): Promise<Sight> {
  const files = await readdir(nasRoot, { recursive: true }).catch(() => [])
  // At the root lies what marks it as the shop's.
  const isPart = (file: string): boolean => file.includes('/.galley-')
  const sizes = files.filter(isPart).map((file) =>
    stat(join(nasRoot, file)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return {
    examined: (await readdir(join(dataDir, 'thumbs')).catch(() => [])).length,
    finalNames: files.filter((file) => file.endsWith('.png') && !isPart(file)).length,
    partBytes: Math.max(0, ...(await Promise.all(sizes))),
    records: (await records()).length,
  }
}
