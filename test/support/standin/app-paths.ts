import { mkdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from 'electron'

export type PathName = Parameters<App['getPath']>[0]

const FOLDERS: Readonly<Record<string, string>> = {
  desktop: 'Desktop',
  documents: 'Documents',
  downloads: 'Downloads',
  music: 'Music',
  pictures: 'Pictures',
  videos: 'Videos',
}

export interface PathSource {
  readonly name: string
  readonly exe: string
  readonly userDataSwitch: string
  readonly env: NodeJS.ProcessEnv
}

/** Electron's paths on Linux; the user data folder is made when it is asked for. */
export function defaultPath(name: PathName, source: PathSource): string {
  const home = homedir()
  const appData = source.env.XDG_CONFIG_HOME ?? join(home, '.config')
  const userData = source.userDataSwitch || join(appData, source.name)
  switch (name) {
    case 'home':
      return home
    case 'appData':
      return appData
    case 'userData':
    case 'sessionData':
      mkdirSync(userData, { recursive: true })
      return userData
    case 'crashDumps':
      return join(userData, 'Crashpad')
    case 'logs':
      return join(userData, 'logs')
    case 'temp':
      return tmpdir()
    case 'exe':
    case 'module':
      return source.exe
    default: {
      const folder = FOLDERS[name]
      if (folder === undefined) throw new Error(`Failed to get '${name}' path`)
      return join(home, folder)
    }
  }
}
