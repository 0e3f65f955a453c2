import { sayInSpanish } from '../../shared/texts/details-es.ts'
import { esHour, esMoment } from '../../shared/texts/es-moments.ts'
import { createFormat } from '../../shared/texts/format.ts'
import { esWork } from '../../shared/texts/work-es.ts'
import type { Texts } from './en.ts'
import { esBanner } from './es-banner.ts'
import { esReview } from './es-review.ts'
import { esSetup } from './es-setup.ts'

const { count, factor, limit: rate, timeOfDay, when } = createFormat('es')
/** Below it seconds are told. */
const MINUTE_MS = 60_000
/** A count with what it counts, in number: `1 archivo`, `2 archivos`. */
const many = (n: number, one: string): string => `${count(n)} ${one}${n === 1 ? '' : 's'}`
const files = (n: number): string => many(n, 'archivo')
const designs = (n: number): string => many(n, 'diseño')
const batches = (n: number): string => many(n, 'lote')

const limit: Texts['limit'] = ({ bytesPerSecond, until }) => {
  const end = until === null ? '' : ` hasta ${esHour(timeOfDay(until))}`
  if (bytesPerSecond === null) return `A toda velocidad${end}`
  return bytesPerSecond === 0 ? `En pausa${end}` : `Limitado a ${rate(bytesPerSecond)}${end}`
}

const KEY_NAMES: Readonly<Record<string, string>> = { Shift: 'Mayús', Del: 'Supr', Space: 'Espacio' }

const COLOUR_SPACES: Readonly<Record<string, string>> = {
  ...{ srgb: 'sRGB', rgb16: 'RGB, 16 bits', cmyk: 'CMYK' },
  ...{ 'b-w': 'Gris', grey16: 'Gris, 16 bits' },
}

/** Every word that the window says, in Spanish. */
export const es: Texts = {
  language: 'es',
  files,
  designs,
  limit,
  close: 'Cerrar',
  back: 'Atrás',
  save: 'Guardar',
  failure: esWork.failure,
  detail: sayInSpanish,
  work: esWork,

  broken: {
    title: 'Esta ventana tuvo un fallo',
    text: 'No se perdió nada: las subidas siguen sin ella. Recarga la ventana para volver a verlas.',
    reload: 'Recargar la ventana',
  },

  nav: {
    label: 'Pantallas',
    screens: { uploads: 'Subidas', review: 'Revisión', activity: 'Actividad', settings: 'Ajustes' },
    shop: 'Tienda',
    template: 'Subir como',
    otherShops: 'Otras tiendas con trabajo',
    addShop: 'Configurar una tienda…',
    pauseAll: 'Pausar todo',
    resumeAll: 'Reanudar todo',
    showFailed: 'Mostrar los errores',
    keys: 'Atajos de teclado',
  },

  banner: esBanner,

  drop: {
    title: 'Suelta aquí diseños o carpetas',
    text: 'PNG, JPEG, WebP, TIFF, GIF y AVIF. Cada uno se compara con la biblioteca, se sube y se verifica.',
    browseFiles: 'Elegir archivos',
    browseFolder: 'Elegir carpeta',
    add: 'Añadir diseños',
    addFolder: 'Añadir carpeta',
    more: 'Suelta más diseños en cualquier parte de esta ventana.',
    overlay: 'Suelta para subir',
    overlayTo: (shop, template) => `a ${shop} como ${template}`,
    goesTo: (shop, template) => `Van a ${shop} como ${template}.`,
    notTaken: 'No se añadió nada.',
    notTakenAction: {
      'set-up': 'Termina de configurar esta tienda y suéltalo de nuevo.',
      starting: 'Galley aún está arrancando: suéltalo de nuevo en un momento.',
    },
    nothingOnDisk: 'Ahí no hay nada que esté en este equipo.',
    nothingOnDiskAction: 'Guarda la imagen como archivo y suéltala después.',
  },

  list: {
    label: 'Subidas',
    filterLabel: 'Mostrar',
    filters: {
      all: 'Todos',
      review: 'Por revisar',
      toGo: 'Pendientes',
      done: 'Listos',
      warned: 'Avisos',
      skipped: 'Omitidos',
      failed: 'Con error',
      cancelled: 'Cancelados',
    },
    search: 'Buscar',
    clearEnded: 'Quitar terminados',
    clear: {
      title: '¿Quitar también los errores?',
      text: (n) =>
        `${files(n)} ${n === 1 ? 'falló y no está' : 'fallaron y no están'} en el NAS. Si se quitan, la lista ya no los muestra.`,
      none: 'No quitar nada',
      others: 'Quitar los demás',
      all: 'Quitar todos',
    },
    nothing: {
      all: 'Ningún archivo se llama así',
      review: 'Nada por revisar',
      toGo: 'Nada está pendiente',
      done: 'Aún no hay nada listo',
      warned: 'No hay avisos',
      skipped: 'Nada se omitió',
      failed: 'Nada falló',
      cancelled: 'Nada se canceló',
    },
    showAll: 'Mostrar todo',
    loading: 'Leyendo los archivos…',
    noPictures: (n) =>
      `${files(n)} no ${n === 1 ? 'es una imagen' : 'son imágenes'} que Galley acepte: PNG, JPEG, WebP, TIFF, GIF o AVIF.`,
  },

  batch: {
    title: (n, template) => `${designs(n)} · ${template}`,
    scanning: (n) => (n === 0 ? 'Buscando diseños…' : `Buscando diseños… ${many(n, 'encontrado')}`),
    progress: (done, total) => `${count(done)} de ${many(total, 'listo')}`,
    left: esWork.left,
    paused: 'En pausa',
    open: 'Mostrar archivos',
    shut: 'Ocultar archivos',
    pause: 'Pausar',
    resume: 'Reanudar',
    cancel: 'Cancelar',
    priority: 'Prioridad',
    hasPriority: { high: 'Prioridad alta', normal: 'Prioridad normal', low: 'Prioridad baja' },
    failed: (n) => `${count(n)} con error`,
    toReview: (n) => `${count(n)} por revisar`,
    warned: (n) => `${count(n)} con ${n === 1 ? 'aviso' : 'avisos'}`,
    skipped: (n) => `${count(n)} ${n === 1 ? 'omitido' : 'omitidos'}`,
    cancelled: (n) => `${count(n)} ${n === 1 ? 'cancelado' : 'cancelados'}`,
    retryFailed: (n) => `Reintentar ${count(n)}`,
    ignored: (n) => `${files(n)} de sistema ${n === 1 ? 'ignorado' : 'ignorados'}`,
    linksOut: (n) => `${count(n)} ${n === 1 ? 'enlace lleva' : 'enlaces llevan'} a otro lugar`,
    takeLinks: (n) => `Seguir ${count(n)} ${n === 1 ? 'enlace' : 'enlaces'}`,
    retryCancelled: (n) => `Reintentar ${count(n)} ${n === 1 ? 'cancelado' : 'cancelados'}`,
    receipt: 'Recibo',
    receiptCsv: 'Guardar recibo como CSV',
    receiptJson: 'Guardar recibo como JSON',
    outcome: esWork.outcome,
    allKnown: esWork.allKnown,
    confirmCancel: {
      title: (n) => (n === 1 ? '¿Cancelar este lote?' : `¿Cancelar ${batches(n)}?`),
      text: (n) => `${files(n)} no se ${n === 1 ? 'subirá' : 'subirán'}. Lo que ya está en el NAS se queda allí.`,
      yes: (n) => (n === 1 ? 'Cancelar lote' : `Cancelar ${batches(n)}`),
      no: 'Seguir subiendo',
    },
  },

  stages: {
    accepted: 'En cola',
    inspecting: 'Inspeccionando',
    hashing: 'Calculando hash',
    matching: 'Comparando',
    review: 'Por revisar',
    ready: 'Por preparar',
    preparing: 'Preparando',
    waiting: 'Esperando',
    uploading: 'Subiendo',
    verifying: 'Verificando',
    stored: 'En el NAS',
    recording: 'Registrando',
    done: 'Listo',
    skipped: 'Omitido',
    failed: 'Error',
    cancelled: 'Cancelado',
  },

  holds: {
    ...esWork.held,
    paused: 'En pausa',
    twin: 'Espera a su gemelo',
    elsewhere: 'Lo envía otro equipo',
    library: esWork.library,
    scheduled: (until) => limit({ bytesPerSecond: 0, until }),
    'retry-at': (attempt) => `Reintento ${attempt}`,
  },

  item: {
    nextTry: (at, now) => {
      if (at <= now) return 'Intentando ahora.'
      return at - now < MINUTE_MS
        ? `Próximo intento en ${Math.ceil((at - now) / 1000)} s.`
        : `Próximo intento: ${when(at, now)}.`
    },
    pixels: (width, height) => `${width} × ${height} px`,
    like: ({ kind, fileName }) =>
      ({
        exact: `Mismo archivo que ${fileName}`,
        'same-picture': `Misma imagen que ${fileName}, en otro archivo`,
        'same-artwork': `Misma imagen que ${fileName}, en otro lugar del lienzo`,
        near: `Mismo arte que ${fileName}, redimensionado o guardado de nuevo`,
        recoloured: `Otro color de ${fileName}`,
        similar: `Parecido a ${fileName}`,
      })[kind],
    skippedBefore: (name) => `Omitido antes: se parece a ${name}`,
    details: 'Detalles',
    retry: 'Reintentar',
    remove: 'Cancelar',
  },

  details: {
    title: 'Detalles',
    size: 'Tamaño',
    pixels: 'Píxeles',
    format: 'Formato',
    source: 'Soltado desde',
    where: 'En el NAS',
    notStored: 'Aún no guardado',
    replaced: 'Reemplazó',
    undoReplaced: 'Recuperar ese archivo',
    keptUntil: (when) => `Su archivo se guarda hasta ${esMoment(when)}: hasta entonces se puede deshacer`,
    notKept: 'Su archivo no se guarda: no se puede deshacer',
    matches: 'Se parece a',
    print: 'Impreso',
    dpi: (dpi) => `${count(dpi)} ppp`,
    margin: 'Margen',
    marginShare: (share) => `${share} del área es transparente`,
    colours: 'Colores',
    colourSpace: (name) => COLOUR_SPACES[name] ?? name.toUpperCase(),
    profile: 'con perfil',
    copy: 'Copiar detalles',
    takeOver: 'Enviarlo desde aquí',
    nothing: 'Elige un archivo para ver sus detalles.',
  },

  preflight: {
    title: 'Antes de imprimir',
    warnings: {
      'low-dpi': ({ effectiveDpi }) => `Solo ${count(effectiveDpi)} ppp impreso`,
      enlarged: ({ enlargement }) => `Ampliado ${factor(enlargement)} veces`,
      opaque: () => 'Sin transparencia: el fondo también se imprime',
      blank: () => 'En blanco: no se ve nada al imprimir',
      pages: () => 'Varias páginas o fotogramas: solo cuenta la primera',
      cmyk: () => 'CMYK: los colores pueden variar',
      'extra-channels': () => 'Sus tintas planas o selecciones guardadas no se imprimen',
    },
    short: {
      'low-dpi': ({ effectiveDpi }) => `${count(effectiveDpi)} ppp`,
      enlarged: ({ enlargement }) => `ampliado ${factor(enlargement)} veces`,
      opaque: () => 'sin transparencia',
      blank: () => 'en blanco',
      pages: () => 'varias páginas',
      cmyk: () => 'CMYK',
      'extra-channels': () => 'sin sus tintas planas',
    },
  },

  ...esReview,

  activity: {
    title: 'Actividad',
    throughput: 'Velocidad',
    throughputText: 'Hacia el NAS, últimos dos minutos',
    moving: 'Archivos en camino',
    outbox: 'Registros por confirmar',
    outboxText: 'Guardados aquí hasta que el servidor los tenga',
    library: 'Diseños conocidos',
    libraryText: 'Se comparan con cada lote',
    processes: 'Procesos',
    process: 'Proceso',
    pid: 'PID',
    memory: 'Memoria',
    peak: 'Máximo',
    delay: 'Retraso del bucle',
    delayHint: 'Percentil 99 desde la última lectura',
    restarts: 'Reinicios',
    engine: 'Motor',
    main: 'Proceso principal',
    kinds: (kind) =>
      kind === 'imaging'
        ? 'Proceso de imagen'
        : kind === 'transfer'
          ? 'Proceso de envío'
          : kind === 'records'
            ? 'Servicio de registros'
            : kind,
    noAnswer: 'El motor no responde.',
    openLog: 'Mostrar registro',
    openData: 'Abrir carpeta de datos',
    fastest: (rate) => `máximo ${rate}`,
    ago: (minutes) => `hace ${minutes} min`,
    now: 'ahora',
    chart: (rate, fastest) => `Velocidad ahora ${rate}, máximo ${fastest}`,
  },

  ...esSetup,

  keys: {
    press: (shortcut) =>
      shortcut
        .split('+')
        .map((key) => KEY_NAMES[key] ?? key)
        .join('+'),
    title: 'Atajos de teclado',
    groups: { add: 'Añadir', list: 'Subidas', review: 'Revisión', window: 'Ventana' },
    addFiles: 'Añadir diseños',
    addFolder: 'Añadir una carpeta',
    paste: 'Pegar archivos copiados',
    find: 'Buscar por nombre',
    move: 'Moverse por la lista',
    fold: 'Mostrar u ocultar los archivos de un lote',
    details: 'Detalles',
    pause: 'Pausar o reanudar el lote',
    retry: 'Reintentar lo que falló',
    remove: 'Cancelar el archivo o el lote',
    flip: 'Archivo anterior o siguiente del grupo',
    leaveOut: 'Dejar el archivo fuera de su grupo',
    slider: 'Imágenes una sobre otra',
    undo: 'Deshacer lo último decidido, cancelado o quitado',
    mark: 'Elegir',
    markAll: 'Elegir todo',
    screens: 'Ir a una pantalla',
    settings: 'Ajustes',
    help: 'Este resumen',
    close: 'Cerrar',
  },

  milestones: {
    accepted: (n, template) => `${designs(n)} ${n === 1 ? 'aceptado' : 'aceptados'} como ${template}.`,
    ended: (outcome) => `Lote terminado: ${outcome}.`,
    review: (n) => (n === 1 ? '1 diseño por revisar.' : `${count(n)} diseños por revisar.`),
  },

  notices: {
    saved: 'Guardado',
    recordsMoved: (n) =>
      n === 1
        ? 'El servidor tiene ya el registro de este equipo.'
        : `El servidor tiene ya los ${count(n)} registros de este equipo.`,
    recordsStay: (keptIn) => `Lo que guardaba este equipo sigue en ${keptIn}, hasta que lo quites.`,
    paired: (shop) => `Este equipo ya es un puesto de ${shop}.`,
    resent: (n) =>
      n === 0
        ? 'Al servidor no le faltaba nada.'
        : n === 1
          ? 'Enviado al servidor 1 registro que le faltaba.'
          : `Enviados al servidor ${count(n)} registros que le faltaban.`,
    changedElsewhere: 'Mientras tanto cambió en otro lugar.',
    changedElsewhereAction: 'No se guardó nada. Mira lo que hay ahora y guarda de nuevo.',
    receiptSaved: 'Recibo guardado',
    undo: 'Deshacer',
    decided: (word, n) => `${word}: ${files(n)}`,
    cancelled: (n) => (n === 0 ? 'Demasiado tarde para cancelar: ya está en el NAS.' : `Cancelado: ${files(n)}`),
    uncancelled: (n) => `${files(n)} ${n === 1 ? 'sigue' : 'siguen'} adelante.`,
    cleared: (n) => `Quitado: ${batches(n)}`,
    uncleared: (n) => `${batches(n)} de nuevo en la lista.`,
    undone: (reopened, kept) => {
      const back = reopened > 0 ? [`${files(reopened)} de nuevo en revisión.`] : []
      return [
        ...back,
        ...(kept > 0
          ? [
              `${files(kept)} ya en el NAS: se ${kept === 1 ? 'queda' : 'quedan'}, y solo se olvida lo que se recordaba.`,
            ]
          : []),
      ].join(' ')
    },
  },
}
