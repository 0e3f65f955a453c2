import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where Galley keeps its data unless told otherwise: the same folder as the desktop app's, so that both are one. */
export function defaultDataDir(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Galley')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Galley')
  return join(env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'Galley')
}
