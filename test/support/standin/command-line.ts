export interface CommandLine {
  /** The folder or file of the app. */
  readonly app: string
  readonly requires: readonly string[]
  readonly inspectPort: number | undefined
  readonly debugPort: string | undefined
}

/** Reads Electron's own arguments: those before the app's path. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const requires: string[] = []
  let inspectPort: number | undefined
  let debugPort: string | undefined
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at] ?? ''
    const [name, value = ''] = arg.split('=')
    if (arg === '-r' || arg === '--require') requires.push(argv[++at] ?? '')
    else if (name === '--inspect') inspectPort = Number(value || 9229)
    else if (name === '--remote-debugging-port') debugPort = value
    else if (!arg.startsWith('-')) return { app: arg, requires, inspectPort, debugPort }
  }
  return { app: '.', requires, inspectPort, debugPort }
}
