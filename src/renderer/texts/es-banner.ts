import { createFormat } from '../../shared/texts/format.ts'
import type { enBanner } from './en-banner.ts'

const { count } = createFormat('es')
const wait = (n: number): string => (n === 1 ? '1 archivo espera' : `${count(n)} archivos esperan`)

/** The words of the banners above every screen, in Spanish. */
export const esBanner: typeof enBanner = {
  starting: 'Iniciando…',
  restarting: 'El motor se está reiniciando.',
  restartingAction: 'No se perdió nada. Las subidas siguen solas en un momento.',
  code: {
    label: 'Código de un solo uso',
    signIn: 'Acceder',
    signingIn: 'Accediendo…',
  },
  restored: (n) => (n === 1 ? 'Sigue 1 subida de la última vez.' : `Siguen ${count(n)} subidas de la última vez.`),
  restoredText: 'No se ha perdido nada.',
  pause: 'Pausar',
  discard: 'Descartar…',
  close: 'Cerrar',
  rebuilt: (when) =>
    when === null
      ? 'El catálogo estaba dañado y empieza uno nuevo.'
      : `El catálogo estaba dañado y se rehízo con su copia (${when}).`,
  rebuiltText: (when, keptIn) =>
    `${when === null ? 'Configura la tienda otra vez, con los mismos nombres, y suelta de nuevo lo que soltaste.' : 'Suelta de nuevo lo que soltaste desde entonces.'} Lo que ya está guardado se conoce por el servidor y el NAS, y no se envía dos veces. El dañado se conserva en ${keptIn}.`,
  recordsKept: 'Los registros de este equipo no se abrieron.',
  recordsKeptText: (keptIn) =>
    `Se llenan de nuevo con lo que Galley sabe. Lo que no se abrió se conserva en ${keptIn}. No se pierde nada.`,
  understood: 'Entendido',
  stopped: 'El motor se detuvo.',
  stoppedText: 'No se pierde nada.',
  startAgain: 'Iniciarlo de nuevo',
  waiting: (n, others) => `${wait(n)}${others === 0 ? '' : `, y ${count(others)} más por otros motivos`}.`,
  libraryText: 'Los diseños esperan hasta saber cuáles tiene ya la tienda.',
  tryNow: 'Probar ahora',
  leads: {
    host: 'Configurar el NAS',
    folder: 'Elegir una carpeta',
    identity: 'Comparar identidades',
    'sign-in': 'Revisar el acceso',
    'key-file': 'Elegir una clave',
    passphrase: 'Dar la frase',
    'old-algorithms': 'Abrir ajustes',
    backend: 'Configurar el servidor',
    'backend-identity': 'Comparar identidades',
    token: 'Dar un token nuevo',
    pairing: 'Vincular de nuevo',
    template: 'Crear una plantilla',
  },
  place: {
    ask: 'Decir cuál es…',
    title: '¿Qué carpeta es esta?',
    text: (root) =>
      `Galley reconoce las carpetas de los diseños de la tienda por una marca en cada una, y ${root} en el NAS no tiene ninguna de ellas.`,
    itIs: 'Es',
    same: (name) => `${name}, y su marca se perdió`,
    further: 'una carpeta más de la tienda',
    yes: 'Subir ahí',
    no: 'Cancelar',
  },
  resend: {
    ask: 'Enviarlo todo…',
    sending: 'Enviando…',
    title: '¿Enviar a este servidor todo lo anterior?',
    text: (shop, answersAs) =>
      [
        answersAs === null ? '' : `Responde como ${answersAs}. `,
        `Todo lo que este equipo sabe de ${shop} va allí: diseños, decisiones, nombres en el NAS. `,
        'Si es de otra tienda, quedará entre lo de esa tienda. Esto no se puede deshacer.',
      ].join(''),
    yes: 'Enviarlo todo',
    no: 'Ahora no',
  },
  templateDiffers: (name) => `La plantilla ${name} no es como la de la tienda.`,
  templateDiffersText: 'Di cuál de las dos vale. Hasta entonces las subidas siguen con la de este equipo.',
  compare: 'Comparar',
  notReady: 'Esta tienda no está configurada del todo.',
  notReadyAction: 'Dale un NAS y una plantilla para empezar a subir.',
  secretsNotKept: 'Este sistema no tiene almacén de claves: las contraseñas duran hasta cerrar Galley.',
}
