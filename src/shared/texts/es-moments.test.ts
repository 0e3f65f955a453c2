import { expect, test } from 'vitest'
import { es } from '../../renderer/texts/es.ts'
import { sayInSpanish } from './details-es.ts'
import { esHour, esMoment } from './es-moments.ts'
import { createFormat } from './format.ts'
import { esWork } from './work-es.ts'

test('one o’clock is one, and every other hour is several', () => {
  expect(['1:05', '01:30', '11:00', '13:00', '0:10', '21:00'].map(esHour)).toEqual([
    'la 1:05',
    'la 01:30',
    'las 11:00',
    'las 13:00',
    'las 0:10',
    'las 21:00',
  ])
  expect([esWork.paused('01:00'), esWork.paused('19:00')]).toEqual([
    'En pausa hasta la 1:00',
    'En pausa hasta las 19:00',
  ])
  expect(es.limit({ bytesPerSecond: 2e6, until: '01:00' })).toBe('Limitado a 2 MB/s hasta la 1:00')
  const since = new Date(2026, 4, 6, 1, 5).getTime()
  expect(sayInSpanish({ says: 'held-by', device: 'Mesa', since })).toBe('Mesa, desde la 01:05')
})

test('until a moment of today is until its hour, until another day until that day', () => {
  const { when } = createFormat('es')
  const noon = new Date(2026, 11, 7, 14, 5).getTime()
  expect([esMoment(when(noon, noon)), esMoment(when(noon, 0))]).toEqual(['las 14:05', 'el 7 dic, 14:05'])
  expect(es.details.keptUntil(when(noon, noon))).toMatch(/hasta las 14:05:/)
})
