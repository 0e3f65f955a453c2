import { join } from 'node:path'
import { app, ipcMain, Menu, nativeTheme, powerSaveBlocker, protocol, screen, session, shell } from 'electron'
import { DESKTOP_STATE_FILE } from '../shared/domain/language.ts'
import { eventChannel, type WindowEvent } from '../shared/ipc/routes.ts'
import type { MenuCommand, WindowEvents } from '../shared/ipc/window.ts'
import { statusLine } from '../shared/texts/status-words.ts'
import { indicateProgress, keepAwake } from './background/indicate.ts'
import { followNews, type News } from './background/news.ts'
import { noticeOf } from './background/notice-words.ts'
import { openNotices } from './background/notices.ts'
import type { Summary } from './background/summary.ts'
import { taskbarProgress } from './background/taskbar.ts'
import { watchMainLoop } from './background/watch-loop.ts'
import { answerRoute } from './ipc/answer-route.ts'
import { mainRoutes } from './ipc/main-routes.ts'
import { isFromPage } from './ipc/page-sender.ts'
import { serveRoutes } from './ipc/serve-routes.ts'
import { openLanguage } from './language.ts'
import { appMenu } from './menu/app-menu.ts'
import { openWork } from './open-work.ts'
import { onQuit } from './quit.ts'
import { MAIN_TEXTS } from './texts/main-texts.ts'
import { openTray } from './tray/tray.ts'
import { trayActions } from './tray/tray-actions.ts'
import { openDesktopState, visibleBounds } from './windows/desktop-state.ts'
import { lockDown } from './windows/lock-down.ts'
import { openMainWindow } from './windows/main-window.ts'
import { serveApp } from './windows/serve-app.ts'

/** Runs the desktop app, once Electron is ready. `entries`: the folder of the built main process and its children. */
export function runGalley({ entries }: { readonly entries: string }): void {
  const dataDir = app.getPath('userData')
  const resources = join(app.getAppPath(), 'resources')
  const work = openWork({
    dataDir,
    entries,
    platform: process.platform,
    onSummary: showSummary,
    onDelta: (delta) => send('delta', delta),
    texts: () => t,
  })
  const { engine, log } = work
  const desktop = openDesktopState(join(dataDir, DESKTOP_STATE_FILE))
  const language = openLanguage({
    desktop,
    // On Linux Electron knows no list, only the one that it took.
    preferred: () => [...app.getPreferredSystemLanguages(), app.getLocale()],
    onChange(spoken) {
      t = MAIN_TEXTS[spoken]
      showMenu()
      tray.show(work.summary())
    },
  })
  let t = MAIN_TEXTS[language.get().language]
  const awake = keepAwake(powerSaveBlocker)
  const notify = openNotices()
  watchMainLoop(log)
  // Electron still shows its dialog; this only keeps the reason.
  process.on('uncaughtExceptionMonitor', ({ message, stack }) => log.error('fault', { message, stack }))

  if (process.platform === 'win32') app.setAppUserModelId('invalid.galley.desktop')
  lockDown(app, session.defaultSession)
  serveApp(
    protocol,
    { renderer: join(entries, '../renderer'), thumbnails: join(dataDir, 'thumbs') },
    async (designId) => {
      const found = await engine.call('thumbnail', { designId })
      return found.ok ? found.value : null
    },
  )

  const quit = onQuit({
    app,
    stop: () => work.stop(),
    log,
    announce() {
      const { toGo, toDecide } = work.summary().work
      if (toGo + toDecide > 0) notify(t.notices.quitWithWork(toGo + toDecide))
      desktop.set({ bounds: main.window.getBounds() })
    },
  })
  const main = openMainWindow({
    preload: join(entries, '../preload/index.cjs'),
    icon: join(resources, 'icon.png'),
    bounds: visibleBounds(
      desktop.get().bounds,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    ),
    dark: nativeTheme.shouldUseDarkColors,
    mayClose: quit.isLeaving,
    log,
    timing: work.timing,
    onHidden(bounds) {
      const line = statusLine(work.summary().work, t.work, Date.now())
      if (desktop.get().toldOfTray !== true) notify(t.notices.hidden(line), () => main.show())
      desktop.set({ bounds, toldOfTray: true })
    },
  })
  app.on('second-instance', () => main.show())
  app.on('activate', () => main.show())

  function send<E extends WindowEvent>(event: E, payload: WindowEvents[E]): void {
    if (!main.window.isDestroyed()) main.window.webContents.send(eventChannel(event), payload)
  }
  const command = (what: MenuCommand): void => {
    main.show()
    send('menuCommand', what)
  }
  const showLog = (): void => shell.showItemInFolder(log.path)
  function showMenu(): void {
    Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu({ platform: process.platform, t, command, showLog })))
  }
  showMenu()

  const tray = openTray({
    icons: join(resources, 'tray'),
    platform: process.platform,
    first: work.summary(),
    texts: () => t,
    onAction: trayActions({ app, engine, timing: work.timing, summary: work.summary, show: main.show, command }),
  })
  const indicate = indicateProgress(main.window)

  const handlers = mainRoutes({
    ...work,
    app,
    shell,
    platform: process.platform,
    window: main.window,
    logPath: log.path,
    language,
    texts: () => t,
    beginWatch() {
      send('engineState', work.summary().engine)
      work.follow.begin()
    },
    tellStep: (step) => send('connectionStep', step),
  })
  serveRoutes({
    ipc: ipcMain,
    isTrusted: (event) => isFromPage(event, main.window.isDestroyed() ? undefined : main.window.webContents.id),
    answer: answerRoute(engine, handlers),
    log,
  })

  const news = followNews({
    since: Date.now(),
    timing: work.timing,
    isWatched: () => !main.window.isDestroyed() && main.window.isVisible() && main.window.isFocused(),
    tell: (one) => notify(noticeOf(one, t, work.summary().batches, Date.now()), () => lookAt(one)),
  })
  main.window.on('focus', news.look)

  function showSummary(before: Summary, after: Summary): void {
    // The engine that stops because Galley quits is no news.
    if (quit.isLeaving()) return
    tray.show(after)
    awake.update(after.work)
    if (!main.window.isDestroyed()) indicate(taskbarProgress(after))
    news.change(before, after)
    if (before.engine !== after.engine) send('engineState', after.engine)
  }
  function lookAt(one: News): void {
    const [batch] = one.kind === 'rested' ? [one.batch] : one.kind === 'failed' ? one.batches : []
    if (batch === undefined) main.show()
    else command({ command: 'show-batch', shopId: batch.shopId, batchId: batch.id })
  }
  engine.start()
}
