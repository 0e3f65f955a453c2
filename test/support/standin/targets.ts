import type { Cdp } from './cdp.ts'
import type { Chromium } from './chromium.ts'

interface TargetInfo {
  readonly targetId: string
  readonly type: string
}

/** Opens pages; every page that Chromium opens by itself (a popup of a page) is closed at once. */
export function openTargets(chromium: Promise<Chromium>): (width: number, height: number) => Promise<string> {
  const ours = new Set<string>()
  const opening = new Set<Promise<unknown>>()
  const watched = chromium.then(async ({ cdp }) => {
    const closeForeign = ({ targetInfo: { targetId, type } }: { targetInfo: TargetInfo }): void => {
      if (type !== 'page') return
      // The event of a page of ours comes before the answer that says so.
      void Promise.allSettled(opening).then(() => {
        if (!ours.has(targetId)) close(cdp, targetId).catch(() => undefined)
      })
    }
    cdp.browser.on('Target.targetCreated', closeForeign)
    // One that has only just been made may pass over being closed: told again when it goes to its address.
    cdp.browser.on('Target.targetInfoChanged', closeForeign)
    await cdp.browser.send('Target.setDiscoverTargets', { discover: true })
    return cdp.browser
  })
  watched.catch(() => undefined)

  return async (width, height) => {
    const browser = await watched
    const created = browser.send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height })
    const noted = created.then(({ targetId }) => ours.add(targetId))
    opening.add(noted)
    try {
      return (await created).targetId
    } finally {
      await noted
      opening.delete(noted)
    }
  }
}

/** A popup that a debugger holds at its start, as Playwright does, holds its opener too: closed like that, for ever. */
async function close(cdp: Cdp, targetId: string): Promise<void> {
  const popup = await cdp.attach(targetId)
  await popup.send('Runtime.runIfWaitingForDebugger')
  await cdp.browser.send('Target.closeTarget', { targetId })
}
