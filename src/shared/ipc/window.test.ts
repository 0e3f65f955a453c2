import { expect, expectTypeOf, test } from 'vitest'
import type { Result } from '../domain/result.ts'
import { engineInputs } from './engine.ts'
import { ENGINE_ROUTES, type MainRoute, ROUTES, type Route, type WindowEvent } from './routes.ts'
import { type GalleyBridge, inputOf, type MainHandlers, type WindowEvents } from './window.ts'

test('no route of main hides one of the engine, and none is listed twice', () => {
  expect(new Set(ROUTES).size).toBe(ROUTES.length)
})

test('every engine method is handed on, or kept back on purpose', () => {
  const routes: readonly string[] = ENGINE_ROUTES
  const kept = Object.keys(engineInputs).filter((method) => !routes.includes(method))
  expect(kept.sort()).toEqual([
    'activity',
    'begin',
    'catalogStats',
    'checkMockups',
    'drain',
    'importDesigns',
    'listMockups',
    'mockupJobs',
    'pairBackend',
    'preview',
    'rebuildIndex',
    'renderMockup',
    'restore',
    'retryMockups',
    'saveMockup',
    'saveShop',
    'secretsChanged',
    'testConnection',
    'thumbnail',
    'untilRest',
    'verifyCatalog',
    'watch',
  ])
})

test('every route has a schema that refuses what it does not know', () => {
  for (const route of ROUTES) expect(inputOf(route).safeParse(42).success, route).toBe(false)
})

test('the bridge and the handlers cover every route and event', () => {
  expectTypeOf<Exclude<keyof GalleyBridge, 'on' | 'pathOf'>>().toEqualTypeOf<Route>()
  expectTypeOf<keyof MainHandlers>().toEqualTypeOf<MainRoute>()
  expectTypeOf<keyof WindowEvents>().toEqualTypeOf<WindowEvent>()
  expectTypeOf<GalleyBridge['pause']>().parameter(0).toEqualTypeOf<{ batchId: string | null }>()
  expectTypeOf<GalleyBridge['quit']>().toEqualTypeOf<() => Promise<Result<null>>>()
  // @ts-expect-error a missing handler must not compile
  const missing: MainHandlers = {}
  expect(missing).toEqual({})
})
