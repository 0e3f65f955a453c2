import { readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { IMPORT_RULES, type ImportRule } from './import-rules.ts'
import { isTest, sourceFiles } from './source-files.ts'

/** Each import in `root`/src that the rules do not allow, as a line for a person. Every way of importing counts:
 *  static, type-only, re-export, dynamic, `import()` in a type, require. */
export function findForbiddenImports(root: string): string[] {
  const src = join(root, 'src')
  return sourceFiles(src)
    .filter((file) => !isTest(file))
    .flatMap((file) => {
      const place = slashes(relative(src, file))
      const owner = folderOf(place)
      if (owner === undefined) return [`src/${place}: no rule in scripts/import-rules.ts covers this folder`]
      return importsOf(file).flatMap((specifier) => {
        const reason = whyForbidden(src, file, specifier, owner)
        return reason === null ? [] : [`src/${place}: ${reason}`]
      })
    })
}

interface Owner {
  readonly folder: string
  readonly rule: ImportRule
}

/** The longest folder with a rule that holds `place`, a path below src/. */
function folderOf(place: string): Owner | undefined {
  const [longest] = Object.entries(IMPORT_RULES)
    .filter(([folder]) => isWithin(place, folder))
    .sort(([a], [b]) => b.length - a.length)
  return longest === undefined ? undefined : { folder: longest[0], rule: longest[1] }
}

function whyForbidden(src: string, file: string, specifier: string, { folder, rule }: Owner): string | null {
  if (specifier.startsWith('.')) {
    const target = slashes(relative(src, join(dirname(file), specifier)))
    // The program's version.
    if (target === '../package.json') return null
    if (target.startsWith('../')) return `${specifier} leads out of src/`
    if ([folder, ...rule.folders].some((allowed) => isWithin(target, allowed))) return null
    return `${folder}/ may not import ${specifier}`
  }
  if (specifier.startsWith('node:')) return rule.node ? null : `${folder}/ may not use Node (${specifier})`
  const [name = '', second] = specifier.split('/')
  const packageName = name.startsWith('@') ? `${name}/${second}` : name
  return rule.packages.includes(packageName) ? null : `${folder}/ may not import the package ${packageName}`
}

function importsOf(file: string): string[] {
  const { program, errors } = parseSync(file, readFileSync(file, 'utf8'))
  if (errors.length > 0) throw new Error(`${file}: ${errors.map(({ message }) => message).join('; ')}`)
  const found: string[] = []
  const add = (source: unknown): void => {
    const value = typeof source === 'object' && source !== null && 'value' in source ? source.value : undefined
    if (typeof value === 'string') found.push(value)
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    TSExternalModuleReference: (node) => add(node.expression),
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'require') add(node.arguments[0])
    },
  }).visit(program)
  return found
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function slashes(path: string): string {
  return path.split(sep).join('/')
}
