import { app, protocol } from 'electron'
import { runGalley } from './run-galley.ts'
import { APP_SCHEME_PRIVILEGES } from './windows/serve-app.ts'

protocol.registerSchemesAsPrivileged([APP_SCHEME_PRIVILEGES])

// Started again while it runs: the first one shows its window.
if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(() => runGalley({ entries: import.meta.dirname }))
} else {
  app.quit()
}
