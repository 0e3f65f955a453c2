import { createFormat } from '../../shared/texts/format.ts'
import { esWork } from '../../shared/texts/work-es.ts'
import type { MainTexts } from './main-en.ts'

const { count, when } = createFormat('es')
const files = (n: number): string => `${count(n)} ${n === 1 ? 'archivo' : 'archivos'}`

/** Everything that main shows to a person, in Spanish. */
export const mainEs: MainTexts = {
  work: esWork,
  tray: {
    open: 'Abrir Galley',
    pause: 'Pausar',
    pauseFor: { halfHour: 'Durante 30 minutos', twoHours: 'Durante 2 horas', untilResumed: 'Hasta reanudar' },
    resume: 'Reanudar',
    retryFailed: (n) => `Reintentar ${files(n)} con error`,
    settings: 'Ajustes…',
    quit: 'Salir',
    progress: (done, total) => `${count(done)} de ${count(total)} ${total === 1 ? 'listo' : 'listos'}`,
  },
  batchName: ({ folderName, templateName, createdAt }, shopName, now) =>
    `${shopName === null ? '' : `${shopName} · `}${folderName === '' ? templateName : folderName}, ${when(createdAt, now)}`,
  menu: {
    file: '&Archivo',
    addFiles: 'Añadir diseños…',
    addFolder: 'Añadir carpeta…',
    find: 'Buscar',
    settings: 'Ajustes…',
    quit: 'Salir de Galley',
    edit: '&Editar',
    undo: 'Deshacer',
    redo: 'Rehacer',
    cut: 'Cortar',
    copy: 'Copiar',
    paste: 'Pegar',
    selectAll: 'Seleccionar todo',
    view: '&Ver',
    resetZoom: 'Tamaño real',
    zoomIn: 'Acercar',
    zoomOut: 'Alejar',
    fullScreen: 'Pantalla completa',
    help: 'A&yuda',
    keys: 'Teclas',
    showLog: 'Mostrar el registro',
  },
  notices: {
    hidden: (line) => ({
      title: 'Galley sigue en la bandeja',
      body: `${line}. Salir está en el menú de la bandeja.`,
    }),
    finished: 'terminado',
    of: (name, news) => `${name}: ${news}`,
    failedText: 'Galley muestra cuáles y por qué. Los demás archivos no esperan por ellos.',
    nothingLost: 'No se pierde nada.',
    quitWithWork: (n) => ({
      title: 'Galley se cerró',
      body: `${n === 1 ? 'Queda 1 archivo por terminar. Sigue' : `Quedan ${files(n)} por terminar. Siguen`} en el próximo inicio; no se pierde nada.`,
    }),
  },
  dialogs: {
    pickDesigns: 'Añadir diseños',
    pictures: 'Imágenes',
    allFiles: 'Todos los archivos',
    pickFolder: 'Añadir una carpeta de diseños',
    pickIdentity: 'Elegir un archivo de clave privada',
    saveReceipt: 'Guardar recibo',
    receiptName: (id) => `galley-recibo-${id}`,
  },
  practiceShop: 'Tienda de práctica',
}
