import {
  type DetailWords,
  type LooksLike,
  type PictureKind,
  type ProofName,
  type Said,
  speaker,
} from '../domain/detail.ts'
import { esHour } from './es-moments.ts'
import { createFormat } from './format.ts'

const { clock, count, typed } = createFormat('es')

const PROOFS: Readonly<Record<ProofName, string>> = {
  none: 'el acceso sin nada',
  password: 'la contraseña',
  key: 'la clave',
  certificate: 'el certificado',
  'agent-key': 'la clave del ssh-agent',
}

const WANTED: Readonly<Record<string, string>> = {
  password: 'una contraseña',
  'keyboard-interactive': 'una contraseña o un código',
  publickey: 'una clave',
}
const wanted = (methods: readonly string[]): string =>
  methods.length === 0 ? 'nada' : methods.map((method) => WANTED[method] ?? method).join(', ')

const PHASES: Readonly<Record<Said<'not-within'>['phase'], string>> = {
  reach: 'no hubo conexión',
  handshake: 'se conectó, pero no empezó SSH',
  'sign-in': 'el acceso no tuvo respuesta',
  channel: 'aceptó el acceso, pero no empezó SFTP',
}

const KINDS: Readonly<Record<Said<'nothing-in-common'>['kind'], string>> = {
  'key exchange': 'intercambio de claves',
  'host key algorithm': 'algoritmo de la clave del servidor',
  cipher: 'cifrado',
  MAC: 'MAC',
}

const LOOKS: Readonly<Record<LooksLike, string>> = {
  affinity: 'un documento de Affinity',
  bmp: 'una imagen BMP',
  'camera-raw': 'una imagen RAW de cámara',
  corel: 'un documento de CorelDRAW',
  gimp: 'un documento de GIMP',
  heic: 'una foto HEIC',
  icon: 'un icono',
  'jpeg-2000': 'una imagen JPEG 2000',
  'jpeg-xl': 'una imagen JPEG XL',
  macos: 'notas que macOS guarda junto a un archivo',
  pdf: 'un documento PDF, EPS o de Illustrator',
  photoshop: 'un documento de Photoshop',
  svg: 'un dibujo SVG',
  svgz: 'un archivo comprimido, como un dibujo SVGZ',
  text: 'texto',
  unknown: 'ningún tipo de archivo conocido',
  video: 'un vídeo',
  'web-page': 'una página web',
  zeros: 'solo ceros, como tras una copia interrumpida',
  zip: 'un archivo ZIP',
}

const WORKERS: Readonly<Record<Said<'worker-of'>['kind'], string>> = {
  imaging: 'el que lee las imágenes',
  transfer: 'el que envía al NAS',
  copy: 'el que copia el catálogo',
  records: 'el que guarda los registros',
  mockups: 'el que dibuja los mockups',
}

const CONVERT = 'conviértela: puttygen CLAVE.ppk -O private-openssh -o CLAVE'

function kindOf(kind: PictureKind): string {
  switch (kind.is) {
    case 'bits':
      return `${kind.bits} bits por canal`
    case 'channels':
      return `${kind.channels} canales`
    case 'colours':
      return `colores de tipo ${kind.number}`
    case 'compression':
      return `compresión ${kind.name}`
    case 'float':
      return 'canales de coma flotante, como los de imágenes HDR'
    case 'inks':
      return 'tintas que no son las cuatro de CMYK'
    case 'lab':
      return 'colores Lab'
    case 'layers':
      return `${Math.round(kind.bytes / 1e6)} MB de capas: guarda una copia sin ellas`
    case 'mask':
      return 'una máscara para otra imagen'
    case 'planar-tiles':
      return 'mosaicos con canales separados'
    case 'preview':
      return 'su primera página es solo una vista previa pequeña'
    case 'raw':
      return 'una imagen RAW de cámara'
    case 'signed':
      return 'canales de números con signo'
    case 'ycbcr':
      return 'colores YCbCr sin compresión JPEG'
  }
}

/** What Galley says of a failure's particulars, in Spanish. */
const esDetails: DetailWords = {
  at: ({ path, what }, say) => `${path}: ${say(what)}`,

  'no-answer': ({ seconds }) => `sin respuesta desde hace ${typed(seconds)} s`,
  'not-within': ({ phase, seconds }) => `${PHASES[phase]} en ${typed(seconds)} s`,
  'closed-connection': () => 'el NAS cerró la conexión',
  'closed-channel': () => 'el NAS cerró el canal SFTP',
  'nothing-in-common': ({ kind, theirs, ours }) =>
    `${KINDS[kind]}: el NAS ofrece ${theirs.join(', ')}; Galley acepta ${ours.join(', ')}`,
  exit: ({ words, exit }, say) => `${say(words)}, salida ${exit}`,
  status: ({ words, status }, say) => `${say(words)} (estado ${status})`,
  'other-key': ({ shown, type, trusted }) => `${shown}${type === undefined ? '' : ` (${type})`} en lugar de ${trusted}`,
  'no-proof': ({ why }, say) => `no hay contraseña ni clave; ${say(why)}`,
  'no-proof-for': ({ account, isAgentWanted }) =>
    `${isAgentWanted ? 'aquí no hay ningún ssh-agent' : 'no hay contraseña, clave ni ssh-agent'} para ${account}`,
  'proof-taken': ({ proof, wants }) => `aceptó ${PROOFS[proof]} y pide además ${wanted(wants)}`,
  'proof-refused': ({ proof, wants }) => `rechazó ${PROOFS[proof]}; acepta ${wanted(wants)}`,
  'last-code-refused': () => 'el último fue rechazado, o la contraseña con él',
  'agent-silent': () => 'ahí no responde ningún ssh-agent',
  'agent-empty': () => 'el ssh-agent no tiene ninguna clave: ssh-add CLAVE',
  'no-file': () => 'no es un archivo',
  'too-large-for-a-key': () => 'el archivo es demasiado grande para ser una clave',
  'wrong-passphrase': () => 'esa no es su frase',
  'key-empty': () => 'el archivo está vacío',
  'key-damaged': () => 'el archivo está dañado',
  'key-is-certificate': () => 'es un certificado: elige la clave privada que está a su lado, sin -cert.pub',
  'key-is-public': () => 'es la mitad pública: elige la clave privada, sin .pub',
  'no-private-key': () => 'no es una clave privada de OpenSSH, PEM ni PuTTY',
  'key-in-security-key': () =>
    'está en una llave de seguridad: crea una que no lo esté, con ssh-keygen -t ed25519, o usa un ssh-agent',
  'key-type-unusable': ({ type }) => `con una clave de tipo ${type} no se puede acceder`,
  'dsa-key': () => 'las claves DSA ya no son seguras: crea una Ed25519',
  'putty-unreadable': () => `la clave de PuTTY no se puede leer; ${CONVERT}`,
  'putty-unopened': () => `esta clave de PuTTY no se puede abrir aquí; ${CONVERT}`,
  'another-nas': () => 'se mira otro NAS',
  idle: () => 'no quedaba nada que hacer',
  stopped: () => 'se detuvo',
  'no-access-given': () => 'no se dio el acceso al NAS',
  'access-changed': () => 'el acceso al NAS cambió',

  'folder-not-there': ({ folder, above, instead }) =>
    `${folder} no está ahí${instead.length === 0 ? '' : `; en ${above} hay ${instead.join(', ')}`}`,
  'taken-at-once': () => 'otro equipo tomó el nombre en el mismo momento',
  'names-raced': ({ names }) => `${count(names)} nombres libres fueron ocupados al probarlos`,
  'part-stays': () => 'quedó de un intento anterior y no se puede borrar',
  'parts-refused': () => 'rechaza archivos temporales, ya sea con .part, sin punto delante o con .png',
  'file-taken-away': () => 'el NAS quitó el archivo nada más escribirlo',
  'bytes-of': ({ bytes, of }) => `${count(bytes)} de ${count(of)} bytes`,
  'other-bytes': () => 'otros bytes',
  'half-undone': () => 'deshecho a medias',
  'cannot-be-replaced': () => 'ahí no se pueden renombrar ni borrar archivos',
  'place-mark': ({ root, mark, id }) =>
    id === null ? `en ${root} no hay ${mark}` : `${mark} en ${root} nombra el lugar ${id}`,
  'was-replaced': ({ fileName }) => `${fileName} fue reemplazado por un archivo del mismo nombre`,

  'held-by': ({ device, since }) => `${device}, desde ${esHour(clock(since))}`,
  'no-token': () => 'no se dio ningún token',
  'not-a-token': () => 'no es un token',
  'not-an-address': ({ address }) => `no es la dirección de un servidor de registros: ${address}`,
  'https-wanted': ({ protocol }) =>
    `la dirección del servidor de registros debe empezar por https://, no por ${protocol}//`,
  'not-a-backend': () => 'lo que responde no es un servidor de registros de Galley',
  answered: ({ status }) => `respondió ${status}`,
  'answered-otherwise': ({ status }) => `respondió ${status}, y no como lo hace un servidor de registros`,
  'outcomes-of': ({ outcomes, of }) =>
    `${count(outcomes)} ${outcomes === 1 ? 'resultado' : 'resultados'} para ${count(of)}`,
  'feed-stuck': ({ after }) => `dice que hay más después de ${after}, y no lo da`,
  'not-a-code': () => 'un código son tres grupos de cuatro letras y cifras',
  'code-not-known': () => 'lo que responde no conoce el código',

  'looks-like': ({ kind }) => `parece ${LOOKS[kind]}`,
  'kind-of': (kind) => kindOf(kind),
  'no-pixels': () => 'faltan algunos de sus píxeles',
  'no-directory': () => 'falta la parte que dice qué contiene',
  'odd-content': ({ format }) => `${format} con un contenido extraño`,
  pixels: ({ width, height }) => `${width} x ${height}`,
  'pixels-of': ({ width, height, most, format, isInterlaced }) =>
    `${width} x ${height}; como mucho ${typed(most / 1e6)} millones en ${format}${isInterlaced ? ' entrelazado' : ''}`,
  'pixels-turned': ({ width, height, most }) =>
    `${width} x ${height}; como mucho ${typed(most / 1e6)} millones si se gira`,

  placement: ({ number, what }, say) => `colocación ${number}: ${say(what)}`,
  'surface-empty': () => 'no tiene superficie',
  'quad-twisted': () =>
    'sus esquinas están cruzadas: indícalas en el sentido de las agujas del reloj desde la superior izquierda del diseño',
  'mesh-folds': () => 'su malla se dobla sobre sí misma',
  'off-photo': () => 'queda fuera de la foto',
  'damaged-picture': ({ words }) => `la imagen está dañada o cortada: ${words}`,
  'cmyk-picture': () => 'tiene los colores CMYK de imprenta: guárdala como RGB',
  'mask-of-other-size': ({ width, height, ofPhoto }) =>
    `mide ${width} x ${height} y la foto ${ofPhoto.width} x ${ofPhoto.height}: iguálalas`,
  'no-mockup': ({ name }) => `no hay ningún mockup «${name}»`,
  'mockup-exists': ({ name }) => `la plantilla ya tiene un mockup «${name}»`,
  'of-mockup': ({ name }) => `mockup «${name}»`,

  'no-shop': () => 'no existe esa tienda',
  'no-template': () => 'no existe esa plantilla',
  'no-batch': ({ batchId }) => `no existe el lote ${batchId}`,
  'no-nas': () => 'esta tienda no tiene NAS',
  'template-exists': ({ name }) => `la tienda ya tiene una plantilla «${name}»`,
  'not-a-whole-path': ({ path }) => `${path} no es una ruta completa`,
  'only-one-can': () => 'solo uno puede',
  'not-stored-yet': () => 'aún no está en el NAS',
  'not-here': () => 'no consta que esté en este NAS',
  'other-format': ({ is, was }) => `aquel es un archivo ${was}, este es ${is}`,
  'name-without-letters': () => 'un nombre necesita al menos una letra o una cifra',
  'print-too-large': ({ pixels }) =>
    `no se puede preparar una impresión de más de ${typed(pixels / 1e6)} millones de píxeles`,
  'not-a-time': () => 'una hora se escribe de 00:00 a 23:59',
  'time-twice': () => 'hay una hora dos veces',
  'times-at-most': ({ entries }) => `un horario tiene como mucho ${entries} entradas`,
  'endless-pause': () => 'una pausa necesita un final',

  'newer-version': ({ version, known }) => `versión ${version}, este Galley conoce hasta la ${known}`,
  'odd-tables': ({ version, tables }) => `versión ${version} con ${tables} tablas e índices`,
  'file-missing': () => 'el archivo falta o está vacío',
  'open-to-others': () => 'otros usuarios de este equipo pueden leerlo: chmod 600',
  'no-such-file': ({ path }) => `no existe el archivo ${path}`,
  'no-database': ({ folder }) => `no hay ninguna base de datos en ${folder}`,
  'service-first': () => 'la base de datos no es de esta versión: inicia antes el servicio de esta versión',
  'of-database': ({ words }, say) => `base de datos: ${say(words)}`,
  'log-damaged': () => 'su registro de escrituras no lo es',
  'used-by': ({ folder, process }) => `${folder}, por el proceso ${process ?? 'desconocido'}`,
  'worker-of': ({ kind }) => WORKERS[kind],
  'ended-often': ({ process, times }) => `el proceso ${process} terminó ${times} veces en pocos minutos`,
  'page-unknown': () => 'esta página no puede pedir eso',
}

/** The particulars of a failure in Spanish; what comes from outside stands between marks. */
export const sayInSpanish = speaker(esDetails, (text) => `«${text}»`)
