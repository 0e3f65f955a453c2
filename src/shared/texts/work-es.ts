import { esFailures } from './es-failures.ts'
import { esHour } from './es-moments.ts'
import { createFormat } from './format.ts'
import type { WorkTexts } from './work-en.ts'

const { count, duration, rate, timeOfDay, when } = createFormat('es')
const counted = (n: number, one: string, more: string): string => `${count(n)} ${n === 1 ? one : more}`

/** The words for how the work stands, in Spanish. */
export const esWork: WorkTexts = {
  starting: 'Iniciando…',
  restarting: 'Reiniciando…',
  stopped: 'Subidas detenidas',
  paused: (until) => (until === null ? 'En pausa' : `En pausa hasta ${esHour(timeOfDay(until))}`),
  scanning: 'Buscando diseños…',
  working: 'Trabajando…',
  asking: 'Te espera a ti',
  idle: 'Nada pendiente',
  held: {
    offline: 'NAS sin conexión',
    'nas-full': 'NAS lleno',
    'nas-setup': 'El NAS rechaza',
    'needs-sign-in': 'Falta acceso',
    'host-key': 'Identidad cambiada',
    backend: 'Espera registro',
    local: 'Retenido',
  },
  library: 'Leyendo la biblioteca',
  readingLibrary: (read, total) =>
    total === null
      ? `Leyendo la biblioteca de la tienda: ${count(read)}`
      : `Leyendo la biblioteca de la tienda: ${count(read)} de ${count(total)}`,
  libraryAway: 'Ahora no se pueden leer los registros de la tienda.',
  libraryAwayText: 'Lo que sueltas se compara con los diseños que conoce este equipo.',
  unknownNas: 'NAS desconocido',
  notSetUp: 'Sin configurar',
  rate,
  toGo: (n) => (n === 1 ? 'falta 1 archivo' : `faltan ${count(n)} archivos`),
  waiting: (n) => counted(n, 'archivo espera', 'archivos esperan'),
  nextTry: (at, now) => (at <= now ? 'intentando ahora' : `próximo intento: ${when(at, now)}`),
  left: (ms) => `aprox. ${duration(ms)} más`,
  failed: (n) => counted(n, 'archivo con error', 'archivos con error'),
  toDecide: (n) => counted(n, 'diseño espera tu decisión', 'diseños esperan tu decisión'),
  outcome: ({ done, skipped, failed, cancelled, review }) => {
    const parts = [
      done > 0 && counted(done, 'subido', 'subidos'),
      skipped > 0 && counted(skipped, 'omitido', 'omitidos'),
      failed > 0 && `${count(failed)} con error`,
      cancelled > 0 && counted(cancelled, 'cancelado', 'cancelados'),
      review > 0 && `${count(review)} por revisar`,
    ].filter((part) => part !== false)
    return parts.length === 0 ? 'No se encontraron diseños' : parts.join(' · ')
  },
  allKnown: (n) =>
    n === 1 ? 'El diseño ya está en la biblioteca' : `Los ${count(n)} diseños ya están en la biblioteca`,
  failure: ({ code, isEnded }) => {
    const { message, action, endedAction } = esFailures[code]
    return { message, action: (isEnded === true ? endedAction : undefined) ?? action }
  },
}
