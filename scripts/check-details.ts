import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { type ESTree, parseSync, Visitor } from 'vite'
import { isTest, sourceFiles } from './source-files.ts'

/** Where a failure's particulars stand beside the second argument of `failure`: the fields that take a `Detail`. */
const FIELDS: ReadonlySet<string> = new Set(['detail', 'what', 'why', 'words', 'because'])

/** Whose words are for a person: the tables, the window and the terminal. */
const SPEAKING: readonly string[] = ['shared/texts/', 'renderer/', 'cli/']

/** Each place in `root`/src but there, where a failure is given a sentence of ours as text: nobody could read it in another language.
 *  What Galley says is a code of `DetailFacts`, with words in each. */
export function findSpokenDetails(root: string): string[] {
  const src = join(root, 'src')
  return sourceFiles(src)
    .filter((file) => !isTest(file))
    .flatMap((file) => {
      const place = relative(src, file).split(sep).join('/')
      if (SPEAKING.some((folder) => place.startsWith(folder))) return []
      return spokenIn(file).map(
        (line) => `src/${place}:${line}: what Galley says stands in src/shared/texts, by a code`,
      )
    })
}

function spokenIn(file: string): number[] {
  const text = readFileSync(file, 'utf8')
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join('; ')}`)
  const given: ESTree.Node[] = []
  const named = new Map<string, ESTree.Node[]>()
  const functions: string[] = []
  new Visitor({
    CallExpression({ callee, arguments: [, detail] }) {
      if (callee.type === 'Identifier' && callee.name === 'failure' && detail !== undefined) given.push(detail)
    },
    Property({ key, value }) {
      if (key.type === 'Identifier' && FIELDS.has(key.name)) given.push(value)
    },
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && init !== null) named.set(id.name, [init])
    },
    FunctionDeclaration: ({ id }) => functions.push(id?.name ?? ''),
    'FunctionDeclaration:exit': () => functions.pop(),
    ReturnStatement({ argument }) {
      const name = functions.at(-1)
      if (name !== undefined && argument !== null) named.set(name, [...(named.get(name) ?? []), argument])
    },
  }).visit(program)
  const starts = given.flatMap((node) => sentencesIn(node, named))
  return [...new Set(starts.map((start) => text.slice(0, start).split('\n').length))]
}

/** What a name of the file is set to, or what a function of it returns. */
type Named = ReadonlyMap<string, readonly ESTree.Node[]>

/** Where texts with letters begin that an expression may come to. */
function sentencesIn(node: ESTree.Node, named: Named): number[] {
  const inAll = (...parts: readonly ESTree.Node[]): number[] => parts.flatMap((part) => sentencesIn(part, named))
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' && /\p{L}/u.test(node.value) ? [node.start] : []
    case 'TemplateLiteral': {
      const isSpoken = node.quasis.some(({ value }) => /\p{L}/u.test(value.raw))
      return isSpoken ? [node.start] : inAll(...node.expressions)
    }
    case 'ConditionalExpression':
      return inAll(node.consequent, node.alternate)
    case 'LogicalExpression':
    case 'BinaryExpression':
      return node.type === 'LogicalExpression' || node.operator === '+' ? inAll(node.left, node.right) : []
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return inAll(node.expression)
    case 'CallExpression':
      return inAll(node.callee)
    case 'Identifier':
      // Once: what a name means may hold the name again.
      return (named.get(node.name) ?? []).flatMap((meant) => sentencesIn(meant, new Map()))
    default:
      return []
  }
}
