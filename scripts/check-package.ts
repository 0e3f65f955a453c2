// Builds and packs the app for Linux, holds what is in it to the exact list, and starts its processes from there.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FUSES_ON, packLinux } from './pack-linux.ts'
import { judgeContents } from './package-contents.ts'
import { startPackedProcesses } from './start-packed.ts'

const root = dirname(import.meta.dirname)
const folder = mkdtempSync(join(tmpdir(), 'galley-package-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const built = spawnSync('electron-vite build --logLevel error', { cwd: root, stdio: 'inherit', shell: true })
if (built.status !== 0) process.exit(1)

const packed = await packLinux(root, folder)
const { unexpected, missing } = judgeContents(packed.files, packed.unpacked)
const faults = [
  ...unexpected.map((file) => `unexpected: ${file}`),
  ...missing.map((file) => `missing: ${file}`),
  ...packed.fusesOn.filter((fuse) => !FUSES_ON.includes(fuse)).map((fuse) => `fuse is on: ${fuse}`),
  ...FUSES_ON.filter((fuse) => !packed.fusesOn.includes(fuse)).map((fuse) => `fuse is off: ${fuse}`),
]
if (faults.length === 0) {
  packed.extract(join(folder, 'app'))
  faults.push(...(await startPackedProcesses(join(folder, 'app', 'out', 'main'), folder)))
}
for (const fault of faults) console.log(fault)
console.log(
  faults.length === 0
    ? `ok   package: ${packed.files.length} files, ${packed.unpacked.length} of them beside the archive; all processes start`
    : `FAIL package: ${faults.length} faults`,
)
process.exitCode = faults.length === 0 ? 0 : 1
