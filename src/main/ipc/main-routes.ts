import { writeFile } from 'node:fs/promises'
import { type App, type BrowserWindow, dialog, type Shell } from 'electron'
import type { ConnectionStepResult } from '../../shared/domain/connection-test.ts'
import { failure } from '../../shared/domain/failure.ts'
import { PICTURE_FORMATS } from '../../shared/domain/picture.ts'
import { formatReceipt } from '../../shared/domain/receipt.ts'
import { fail, ok } from '../../shared/domain/result.ts'
import type { MainHandlers } from '../../shared/ipc/window.ts'
import { watchVitals } from '../../worker/vitals.ts'
import type { LanguageSetting } from '../language.ts'
import type { PracticeShop } from '../practice/practice-shop.ts'
import type { SecretStore, Vault } from '../secrets/secret-store.ts'
import type { EngineProcess } from '../supervisor/engine-process.ts'
import type { MainTexts } from '../texts/main-en.ts'
import { shopRoutes } from './shop-routes.ts'

export interface MainRouteParts {
  readonly app: Pick<App, 'getVersion' | 'quit'>
  readonly shell: Pick<Shell, 'openPath' | 'showItemInFolder'>
  readonly platform: NodeJS.Platform
  readonly window: BrowserWindow
  readonly engine: EngineProcess
  readonly practice: PracticeShop
  readonly secrets: SecretStore
  readonly vault: Vault
  readonly language: LanguageSetting
  readonly dataDir: string
  texts(): MainTexts
  readonly logPath: string
  /** Sends the window the engine's state, then the whole projection as its next delta. */
  beginWatch(): void
  /** Tells the window a step of the connection test that runs. */
  tellStep(step: ConnectionStepResult): void
}

const JPEG_AND_TIFF_TOO = [...PICTURE_FORMATS, 'jpg', 'tif']

/** What main answers the window itself. */
export function mainRoutes(parts: MainRouteParts): MainHandlers {
  const { app, engine, practice, secrets, shell, texts, window } = parts
  const pick = async (options: Electron.OpenDialogOptions): Promise<readonly string[]> => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, options)
    return canceled ? [] : filePaths
  }
  const readVitals = watchVitals()
  return {
    async activity() {
      const activity = await engine.call('activity', null)
      return activity.ok ? ok({ ...activity.value, main: readVitals() }) : activity
    },
    testConnection: (input) => engine.call('testConnection', input, { onEvent: parts.tellStep }),
    async pickFiles({ purpose }) {
      const { dialogs } = texts()
      if (purpose === 'identity-file') {
        return ok(await pick({ title: dialogs.pickIdentity, properties: ['openFile', 'showHiddenFiles'] }))
      }
      const filters = [
        { name: dialogs.pictures, extensions: JPEG_AND_TIFF_TOO },
        { name: dialogs.allFiles, extensions: ['*'] },
      ]
      return ok(await pick({ title: dialogs.pickDesigns, properties: ['openFile', 'multiSelections'], filters }))
    },
    pickFolder: async () =>
      ok(await pick({ title: texts().dialogs.pickFolder, properties: ['openDirectory', 'multiSelections'] })),
    ...shopRoutes({ engine, secrets }),
    startPractice: () => practice.start(),
    async saveReceipt({ batchId, format }) {
      const receipt = await engine.call('receipt', { batchId })
      if (!receipt.ok) return receipt
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title: texts().dialogs.saveReceipt,
        defaultPath: `${texts().dialogs.receiptName(batchId)}.${format}`,
        filters: [{ name: format.toUpperCase(), extensions: [format] }],
      })
      if (canceled || filePath === '') return ok(null)
      try {
        await writeFile(filePath, formatReceipt(receipt.value, format))
      } catch (error) {
        return fail(failure('configuration', String(error)))
      }
      return ok({ path: filePath })
    },
    async openDataFolder() {
      const trouble = await shell.openPath(parts.dataDir)
      return trouble === '' ? ok(null) : fail(failure('configuration', trouble))
    },
    revealLog() {
      shell.showItemInFolder(parts.logPath)
      return ok(null)
    },
    appInfo: async () =>
      ok({ version: app.getVersion(), platform: parts.platform, secretsPersist: await parts.vault.isSafe() }),
    language: () => ok(parts.language.get()),
    chooseLanguage: ({ choice }) => ok(parts.language.choose(choice)),
    watch() {
      parts.beginWatch()
      return ok(null)
    },
    restartEngine() {
      engine.start()
      return ok(null)
    },
    quit() {
      app.quit()
      return ok(null)
    },
  }
}
