import type { IpcMain, IpcMainInvokeEvent } from 'electron'
import { failure } from '../../shared/domain/failure.ts'
import { fail, type Result } from '../../shared/domain/result.ts'
import { inputFailure } from '../../shared/ipc/input-failure.ts'
import { callChannel, ROUTES, type Route } from '../../shared/ipc/routes.ts'
import { inputOf } from '../../shared/ipc/window.ts'
import type { Log } from '../../shared/worker/log.ts'

export interface RouteServer {
  readonly ipc: Pick<IpcMain, 'handle'>
  isTrusted(event: IpcMainInvokeEvent): boolean
  /** Does what a route says with an input that its schema accepted. */
  answer(route: Route, input: unknown): Promise<Result<unknown>>
  readonly log: Log
}

/** Answers every route of the window: checks who asks, parses what is asked, and always answers with a result, because
 *  a rejected invoke loses its code on the way. */
export function serveRoutes({ ipc, isTrusted, answer, log }: RouteServer): void {
  for (const route of ROUTES) {
    ipc.handle(callChannel(route), async (event, input: unknown): Promise<Result<unknown>> => {
      if (!isTrusted(event)) {
        log.error('foreign-caller', { route, url: event.senderFrame?.url })
        return fail(failure('internal', { says: 'page-unknown' }))
      }
      const parsed = inputOf(route).safeParse(input)
      if (!parsed.success) return fail(inputFailure(parsed.error))
      try {
        return await answer(route, parsed.data)
      } catch (error) {
        log.error('route-fault', { route, message: String(error), stack: error instanceof Error ? error.stack : null })
        return fail(failure('internal', String(error)))
      }
    })
  }
}
