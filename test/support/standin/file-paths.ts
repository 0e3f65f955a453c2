import type { CdpEvent, CdpSession } from './cdp.ts'

/** Answers `webUtils.getPathForFile`: the page's isolated world stops in the debugger, its File is looked up by the
 *  DevTools protocol, the path is written into the stopped frame, and it goes on. */
export async function answerFilePaths(session: CdpSession): Promise<void> {
  session.on('Debugger.paused', (event) => void answer(session, event))
  await Promise.all([session.send('Debugger.enable', {}), session.send('DOM.enable')])
}

async function answer(session: CdpSession, event: CdpEvent<'Debugger.paused'>): Promise<void> {
  const frame = event.callFrames[0]
  try {
    if (frame?.functionName === 'standinFilePath') {
      const { callFrameId } = frame
      const file = await session.send('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'file' })
      const { path } = await session.send('DOM.getFileInfo', { objectId: file.result.objectId ?? '' })
      const expression = `answer = ${JSON.stringify(path)}`
      await session.send('Debugger.evaluateOnCallFrame', { callFrameId, expression })
    }
    await session.send('Debugger.resume')
  } catch {
    // Another debugger may have resumed the page meanwhile; the page asks again, so nothing is lost.
    await session.send('Debugger.resume').catch(() => undefined)
  }
}
