import { homedir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** Where Galley keeps its data unless told otherwise: the same folder as the desktop app's, so that both are one. A variable
 *  that is empty, or leads to wherever a command happens to run, says nothing. */
export function defaultDataDir(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (platform === 'win32') return join(env.APPDATA || join(home(), 'AppData', 'Roaming'), 'Galley')
  if (platform === 'darwin') return join(home(), 'Library', 'Application Support', 'Galley')
  const config = env.XDG_CONFIG_HOME ?? ''
  return join(isAbsolute(config) ? config : join(home(), '.config'), 'Galley')
}

/** `HOME` where it says something, else as the system knows the user. */
function home(): string {
  return homedir() || userInfo().homedir
}
