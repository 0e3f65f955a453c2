import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { isTest, sourceFiles } from './source-files.ts'

/** The one file that may connect an SSH client, with the one set of options. */
export const CONNECTING_FILE = 'engine/transfer/connection/session.ts'

/** It may import no SSH client: what it connects is a database. */
const WITHOUT_SSH = 'backend/'

/** Each place in `root`/src, but that file, where `connect` is taken of something: an SSH client that is connected without
 *  our options checks no host key at all. However it is written: `a.connect()`, `a?.['connect']()`, `{ connect } = a`. */
export function findConnects(root: string): string[] {
  const src = join(root, 'src')
  return sourceFiles(src)
    .map((file) => ({ file, place: relative(src, file).split(sep).join('/') }))
    .filter(({ file, place }) => !isTest(file) && place !== CONNECTING_FILE && !place.startsWith(WITHOUT_SSH))
    .flatMap(({ file, place }) =>
      connectsIn(file).map((line) => `src/${place}:${line}: only src/${CONNECTING_FILE} may connect a client`),
    )
}

/** The lines on which it happens. */
function connectsIn(file: string): number[] {
  const text = readFileSync(file, 'utf8')
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join('; ')}`)
  const lines: number[] = []
  const look = (name: unknown, start: number): void => {
    if (isConnect(name)) lines.push(text.slice(0, start).split('\n').length)
  }
  new Visitor({
    MemberExpression: ({ property, start }) => look(property, start),
    ObjectPattern: ({ properties }) => {
      for (const property of properties) if (property.type === 'Property') look(property.key, property.start)
    },
  }).visit(program)
  return lines
}

/** `connect` as a name, or as a text in brackets. */
function isConnect(name: unknown): boolean {
  if (typeof name !== 'object' || name === null) return false
  return ('name' in name && name.name === 'connect') || ('value' in name && name.value === 'connect')
}
