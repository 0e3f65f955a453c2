import { homedir } from 'node:os'
import { join } from 'node:path'

/** A path as a shell would take it: `~/` is the folder of whoever runs Galley. What is typed into a window, or after `=` in
 *  a terminal, meets no shell that says so. */
export function homePath(path: string): string {
  return /^~[/\\]/.test(path) ? join(homedir(), path.slice(2)) : path
}
