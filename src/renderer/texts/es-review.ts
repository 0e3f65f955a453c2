import { createFormat } from '../../shared/texts/format.ts'
import type { enReview } from './en-review.ts'

const { count } = createFormat('es')

/** The words of the review and of what can be said there, in Spanish. */
export const esReview: typeof enReview = {
  decisions: {
    skip: { word: 'Omitir', text: 'No subirlo' },
    keep: { word: 'Conservar ambos', text: 'Subirlo junto al otro' },
    replace: { word: 'Reemplazar', text: 'Subirlo en lugar de ese diseño, cuyo archivo se guarda una semana' },
    variant: { word: 'Variante', text: 'Subirlo como otra versión de ese diseño' },
    'not-duplicate': { word: 'No es duplicado', text: 'Subirlo y no volver a preguntar por estos dos' },
  },

  twins: {
    title: (n) =>
      n === 1
        ? 'Un colega guardó también 1 archivo mientras estabas sin conexión.'
        : `Un colega guardó también ${count(n)} archivos mientras estabas sin conexión.`,
    alikeTitle: (n) =>
      n === 1
        ? '1 archivo se parece a uno que un colega guardó mientras estabas sin conexión.'
        : `${count(n)} archivos se parecen a uno que un colega guardó mientras estabas sin conexión.`,
    bannerTitle: (n) =>
      n === 1
        ? 'Un colega guardó lo mismo que 1 de tus archivos mientras estabas sin conexión, o algo que se le parece.'
        : `Un colega guardó lo mismo que ${count(n)} de tus archivos mientras estabas sin conexión, o algo que se les parece.`,
    bannerText: (folder) => `${folder === '' ? '' : `De ${folder}: `}ambos están en el NAS.`,
    text: 'Retira los tuyos y las copias del colega se quedan: tus archivos se guardan una semana, y hasta entonces se puede deshacer.',
    list: 'Archivos guardados dos veces',
    yours: (path) => `Tuyo: ${path}`,
    theirs: (path, device) => `${device ?? 'Un colega'}: ${path}`,
    seenYours: 'El tuyo',
    seenTheirs: 'El del colega',
    ask: 'Comparar…',
    kept: { theirs: 'Retirar los míos', both: 'Conservar ambos' },
    withdrawn: 'Retirado',
    beside: 'Guardado también',
    keptUntil: (when) => `El tuyo se guarda hasta ${when}: hasta entonces puede volver`,
    notKept: 'El tuyo ya no se guarda',
    bringBack: 'Recuperar el mío',
    drop: {
      ask: (n) => `Borrar ${n === 1 ? '1 archivo retirado' : `${count(n)} archivos retirados`}…`,
      title: (n) => `¿Borrar ${n === 1 ? 'el archivo que retiraste' : `los ${count(n)} archivos que retiraste`}?`,
      text: (bytes) => `Libera unos ${bytes} en el NAS. Las copias de los colegas se quedan. No se puede deshacer.`,
      yes: 'Borrarlos',
      no: 'Ahora no',
    },
  },

  review: {
    title: 'Revisión',
    subtitle: (n) =>
      n === 1
        ? '1 diseño se parece a otro. No se sube hasta que decidas.'
        : `${count(n)} diseños se parecen a otros. No se suben hasta que decidas.`,
    list: 'Diseños por revisar',
    yours: 'Recién soltado',
    known: 'En la biblioteca',
    inBatch: 'También en este lote',
    why: ({ kind }) =>
      ({
        exact: 'Mismo archivo',
        'same-picture': 'Misma imagen',
        'same-artwork': 'Misma imagen, en otro lugar',
        near: 'Mismo arte, redimensionado o guardado de nuevo',
        recoloured: 'Otro color del mismo arte',
        similar: 'Arte parecido',
      })[kind],
    whyText: ({ kind }) =>
      ({
        exact: 'Todos los bytes son iguales.',
        'same-picture': 'Todos los píxeles son iguales; solo cambia el archivo.',
        'same-artwork':
          'Todos los píxeles son iguales; cambia el margen transparente, y con él el lugar en la impresión.',
        near: 'Las imágenes coinciden; cambian tamaño o formato.',
        recoloured: 'Coinciden las luces y las sombras; cambian los colores.',
        similar: 'Las imágenes coinciden en gran parte.',
      })[kind],
    replace: {
      title: '¿Reemplazar el diseño de la biblioteca?',
      beside: {
        smaller: 'El recién soltado es más pequeño: se imprime con menos detalle.',
        larger: 'El recién soltado es más grande.',
        equal: 'Los dos son igual de grandes.',
        unknown: 'No se sabe aquí cómo de grande es el de la biblioteca.',
      },
      noSize: 'No se sabe',
      text: 'El archivo soltado toma su nombre en el NAS. El anterior se guarda una semana si hay sitio: hasta entonces Deshacer lo devuelve.',
      no: 'No reemplazar',
    },
    announced: (index, total, name, why, other) =>
      `${count(index)} de ${count(total)}: ${name}. ${why}, como ${other}.`,
    marked: (n) => (n === 1 ? '1 elegido' : `${count(n)} elegidos`),
    mark: (name) => `Elegir ${name}`,
    markAll: 'Elegir todo',
    decideMarked: (word, n) => `${word}: ${count(n)}`,
    emptyTitle: 'Nada por revisar',
    emptyText: 'Los diseños que se parecen a uno de tu biblioteca esperan aquí tu decisión.',
    position: (index, total) => `${count(index)} de ${count(total)}`,
    files: (n) => `${count(n)} archivos`,
    noPicture: 'Su imagen no está en este equipo',
    group: (n) => `${count(n)} archivos se parecen a este diseño. Se deciden juntos.`,
    groupList: 'Archivos que se deciden juntos',
    include: (name) => `Decidir ${name} con el grupo`,
    leftOut: (n) => `${count(n)} fuera`,
    viewing: 'Cómo se comparan las imágenes',
    sides: 'Las dos',
    slider: 'Deslizador',
    sliderAt: 'Cuánto cubre el diseño soltado al otro',
    matchOf: (index, total) => `${count(index)} de ${count(total)} parecidos`,
    previousMatch: 'Parecido anterior',
    nextMatch: 'Parecido siguiente',
  },
}
