import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { FAULTS, type Fault } from '../test/faults.ts'
import { isTest, sourceFiles } from './source-files.ts'

export const FAULT_PAGE = 'docs/faults.md'

/** A test that says in its title which faults it shows. */
export interface FaultTest {
  readonly file: string
  readonly faults: readonly string[]
  readonly title: string
}

type Faults = Readonly<Record<string, readonly Fault[]>>

/** What is wrong with the faults' tests, as lines: a fault that no test shows and no reason excuses, a test of a fault that
 *  nobody listed, a page that says otherwise. */
export function findUnshownFaults(root: string): string[] {
  const tests = faultTests(root)
  const page = readFileSync(join(root, FAULT_PAGE), 'utf8').replaceAll('\r\n', '\n')
  const isStale = page !== faultPage(FAULTS, tests)
  return [
    ...contradictions(FAULTS, tests),
    ...(isStale ? [`${FAULT_PAGE} is not what the tests say: npm run fix`] : []),
  ]
}

/** Where the list of faults and the titles of the tests contradict each other, as lines. */
export function contradictions(faults: Faults, tests: readonly FaultTest[]): string[] {
  const listed = Object.values(faults).flat()
  const shown = new Set(tests.flatMap((test) => test.faults))
  return [
    ...listed
      .filter(({ fault, cannot }) => !shown.has(fault) && cannot === undefined)
      .map(({ fault }) => `no test shows the fault "${fault}"`),
    ...listed
      .filter(({ fault, cannot }) => shown.has(fault) && cannot !== undefined)
      .map(({ fault }) => `a test shows the fault "${fault}", and test/faults.ts says why none can`),
    ...tests.flatMap(({ file, faults: keys }) =>
      keys
        .filter((key) => listed.every(({ fault }) => fault !== key))
        .map((key) => `${file}: shows the fault "${key}", which is not in test/faults.ts`),
    ),
  ]
}

/** All tests below `root` whose title begins with faults, `[fault, other fault] title`. */
export function faultTests(root: string): FaultTest[] {
  return ['src', 'test']
    .flatMap((folder) => sourceFiles(join(root, folder)))
    .filter(isTest)
    .flatMap((path) => testsIn(relative(root, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')))
}

/** The titles in one file's text that begin with faults. */
export function testsIn(file: string, text: string): FaultTest[] {
  // A title stands behind the bracket of `test(` or, with a table before it, of `])(`; alone on its line if it is long.
  const titles = text.matchAll(/\((?:\n\s*)?(['"`])\[([^\]]+)\] (.+?)\1,/g)
  return [...titles].map(([, , keys = '', title = '']) => ({ file, faults: keys.split(', '), title }))
}

/** The page, in Markdown. */
export function faultPage(faults: Faults, tests: readonly FaultTest[]): string {
  const groups = Object.entries(faults).map(([group, rows]) =>
    [
      `## ${group}`,
      '| fault | expected | shown by |',
      '| --- | --- | --- |',
      ...rows.map((row) => line(row, tests)),
    ].join('\n'),
  )
  return `${[INTRODUCTION, ...groups].join('\n\n')}\n`
}

function line({ fault, expected, so, cannot }: Fault, tests: readonly FaultTest[]): string {
  const shown = tests
    .filter((test) => test.faults.includes(fault))
    .map(({ file, title }) => `${title.replaceAll(/%[a-z]/g, '…').replaceAll('|', '\\|')} (\`${file}\`)`)
  return `| ${fault} | ${expected}: ${so} | ${shown.join('<br>') || `no test: ${cannot}`} |`
}

const INTRODUCTION = `# Faults, and the tests that show how they are stood
Made by \`npm run fix\` from the list in \`test/faults.ts\` and the titles of the tests; \`npm run check\` fails when one of them
says otherwise. One fault's tests alone: \`npm run integration -- -t '\\[session frozen'\`.

**Retried**: the same item is tried again, and nothing is doubled. **Waits**: it is held, the reason is shown, and it goes on
when that has ended. **Fails**: it ends with its reason, and the others go on. **Unharmed**: nothing is to be noticed.
Tests that need root or Linux skip themselves elsewhere with a line in the report.`
