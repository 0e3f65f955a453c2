import type { Result } from '../../shared/domain/result.ts'
import { ENGINE_ROUTES, type EngineRoute, type Route } from '../../shared/ipc/routes.ts'
import type { MainHandlers } from '../../shared/ipc/window.ts'
import type { EngineProcess } from '../supervisor/engine-process.ts'

/** Hands a call to whoever answers its route. `input` was parsed by the schema of this very route. */
export function answerRoute(engine: EngineProcess, handlers: MainHandlers) {
  return async (route: Route, input: unknown): Promise<Result<unknown>> =>
    // Which schema parsed the input is known at run time only; hence `never`, the input that all methods share.
    isEngineRoute(route) ? engine.call(route, input as never) : handlers[route](input as never)
}

function isEngineRoute(route: Route): route is EngineRoute {
  return (ENGINE_ROUTES as readonly Route[]).includes(route)
}
