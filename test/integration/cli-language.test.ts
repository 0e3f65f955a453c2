import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Ended, jsonLines, startGalley, startGalleyIn } from '../support/galley.ts'
import { startSshd } from '../support/sshd.ts'

interface Doctor {
  readonly checks: readonly { readonly name: string; readonly detail: string }[]
}

test('in the terminal of a Spanish system the steps of the connection test, and failures, are Spanish; for a program all is English', {
  timeout: 300_000,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), 'galley-language-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  await using sshd = await startSshd()
  const { nas, hostKeyFingerprint, identityFile } = sshd
  const own = ['--data-dir', join(home, 'data')]
  const spanish = (...args: string[]): Promise<Ended> => startGalleyIn('es_MX.UTF-8', ...args, ...own).ended
  const english = (...args: string[]): Promise<Ended> => startGalley(...args, ...own).ended
  const place = [
    ...['--shop', 'Sola', '--identity', identityFile],
    ...['--nas', `sftp://${nas.user}@${nas.host}:${nas.port}${nas.root}`],
  ]

  const unknown = await spanish('shop', 'add', ...place)
  expect(unknown.stderr).toContain(`aún no es conocido. Muestra ${hostKeyFingerprint}. Compáralo`)
  const toProgram = await spanish('shop', 'add', ...place, '--json')
  expect(jsonLines(toProgram)).toMatchObject([
    { code: 'host-key-unknown', message: expect.stringContaining('is not known yet') },
  ])
  expect((await spanish('shop', 'add', ...place, '--host-key', hostKeyFingerprint)).code).toBe(0)

  const told = await spanish('doctor')
  expect(told.stdout).toMatch(/^bien +NAS de Sola +todos los pasos funcionan$/m)
  expect(told.stdout).toMatch(/^bien +NAS de Sola: Escribir un archivo +Se puede escribir un archivo$/m)
  expect(told.stdout).toMatch(/^bien +NAS de Sola: Espacio libre +\d+,\d GB libres$/m)
  expect(told.stdout).toMatch(/^bien +Registros de Sola +se guardan en este equipo$/m)
  expect(told.stdout).not.toMatch(/\b(NAS answers|can be|free|works|FAULT|Records|Check)\b/)
  const [inSpanish, inEnglish] = [await spanish('doctor', '--json'), await english('doctor', '--json')].map((one) =>
    (jsonLines<Doctor>(one)[0]?.checks ?? []).map(({ name, detail }) => [name, detail.replace(/[\d.]+ GB/, 'so much')]),
  )
  expect(inSpanish).toEqual(inEnglish)
  expect(inEnglish).toContainEqual(['NAS of Sola: write', 'A file can be written'])
  expect((await english('doctor')).stdout).toMatch(/^ok +NAS of Sola: Write a test file +A file can be written$/m)

  await sshd.stop()
  const away = await spanish('doctor')
  expect(away.stdout).toMatch(/^FALLO +NAS de Sola: El NAS responde +El NAS no responde \(/m)
  // As it was chosen in the window.
  await writeFile(join(home, 'data', 'desktop.json'), '{"language":"es"}')
  expect((await english('nas', 'ls', '/')).stderr).toMatch(
    /^El NAS no responde \(.*\)\. Revisa su dirección y la red\./,
  )
})
