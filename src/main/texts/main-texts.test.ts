import { expect, test } from 'vitest'
import { MAIN_TEXTS } from './main-texts.ts'

test('one is told in the singular around the window too', () => {
  const { en, es } = MAIN_TEXTS
  expect([en, es].map((t) => t.notices.quitWithWork(1).body)).toEqual([
    '1 file not finished yet. It goes on at the next start; nothing is lost.',
    'Queda 1 archivo por terminar. Sigue en el próximo inicio; no se pierde nada.',
  ])
  expect(es.notices.quitWithWork(2).body).toMatch(/^Quedan 2 archivos por terminar. Siguen /)
  expect([es.tray.progress(0, 1), es.tray.progress(1, 2)]).toEqual(['0 de 1 listo', '1 de 2 listos'])
  expect([en, es].map((t) => t.tray.retryFailed(1))).toEqual([
    'Retry 1 file that failed',
    'Reintentar 1 archivo con error',
  ])
})
