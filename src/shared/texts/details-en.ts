import {
  type Detail,
  type DetailWords,
  isSaid,
  type LooksLike,
  type PictureKind,
  type ProofName,
  type Said,
  speaker,
} from '../domain/detail.ts'
import { createFormat } from './format.ts'

const { clock } = createFormat('en')

const PROOFS: Readonly<Record<ProofName, string>> = {
  none: 'no proof',
  password: 'the password',
  key: 'the key',
  certificate: 'the certificate',
  'agent-key': "the ssh-agent's key",
}

/** What is told to a person otherwise than by its name in the protocol. */
const WANTED: Readonly<Record<string, string>> = {
  password: 'a password',
  'keyboard-interactive': 'a password or code',
  publickey: 'a key',
}
const wanted = (methods: readonly string[]): string =>
  methods.length === 0 ? 'nothing' : methods.map((method) => WANTED[method] ?? method).join(', ')

const PHASES: Readonly<Record<Said<'not-within'>['phase'], string>> = {
  reach: 'no connection',
  handshake: 'connected, but no SSH handshake',
  'sign-in': 'no answer to the sign-in',
  channel: 'signed in, but no SFTP',
}

const LOOKS: Readonly<Record<LooksLike, string>> = {
  affinity: 'an Affinity document',
  bmp: 'a BMP picture',
  'camera-raw': "a camera's raw picture",
  corel: 'a CorelDRAW document',
  gimp: 'a GIMP document',
  heic: 'a HEIC photo',
  icon: 'an icon',
  'jpeg-2000': 'a JPEG 2000 picture',
  'jpeg-xl': 'a JPEG XL picture',
  macos: 'notes that macOS keeps beside a file',
  pdf: 'a PDF, EPS or Illustrator document',
  photoshop: 'a Photoshop document',
  svg: 'an SVG drawing',
  svgz: 'a compressed file, as an SVGZ drawing is',
  text: 'text',
  unknown: 'no known kind of file',
  video: 'a video',
  'web-page': 'a web page',
  zeros: 'nothing but zeros, as after a copy that was cut off',
  zip: 'a ZIP archive',
}

function kindOf(kind: PictureKind): string {
  switch (kind.is) {
    case 'bits':
      return `${kind.bits} bits a channel`
    case 'channels':
      return `${kind.channels} channels`
    case 'colours':
      return `colours of kind ${kind.number}`
    case 'compression':
      return `${kind.name} compression`
    case 'float':
      return 'floating-point channels, as of HDR pictures'
    case 'inks':
      return 'inks that are not the four of CMYK'
    case 'lab':
      return 'Lab colours'
    case 'layers':
      return `${Math.round(kind.bytes / 1e6)} MB of layers: save a copy without them`
    case 'mask':
      return 'a mask for another picture'
    case 'planar-tiles':
      return 'tiles with separate channels'
    case 'preview':
      return 'its first page is only a small preview'
    case 'raw':
      return "a camera's raw picture"
    case 'signed':
      return 'channels of signed numbers'
    case 'ycbcr':
      return 'YCbCr colours without JPEG compression'
  }
}

const CONVERT = 'convert it: puttygen KEY.ppk -O private-openssh -o KEY'

/** What Galley says of a failure's particulars, in English. */
const enDetails: DetailWords = {
  at: ({ path, what }, say) => `${path}: ${say(what)}`,

  'no-answer': ({ seconds }) => `no answer for ${seconds} s`,
  'not-within': ({ phase, seconds }) => `${PHASES[phase]} within ${seconds} s`,
  'closed-connection': () => 'the NAS closed the connection',
  'closed-channel': () => 'the NAS closed the SFTP channel',
  'nothing-in-common': ({ kind, theirs, ours }) =>
    `${kind}: the NAS offers ${theirs.join(', ')}; Galley takes ${ours.join(', ')}`,
  exit: ({ words, exit }, say) => `${say(words)}, exit ${exit}`,
  status: ({ words, status }, say) => `${say(words)} (status ${status})`,
  'other-key': ({ shown, type, trusted }) => `${shown}${type === undefined ? '' : ` (${type})`} instead of ${trusted}`,
  'no-proof': ({ why }, say) => `no password and no key; ${say(why)}`,
  'no-proof-for': ({ account, isAgentWanted }) =>
    `${isAgentWanted ? 'no ssh-agent runs here' : 'no password, key or ssh-agent'} for ${account}`,
  'proof-taken': ({ proof, wants }) => `it took ${PROOFS[proof]} and wants ${wanted(wants)} too`,
  'proof-refused': ({ proof, wants }) => `${PROOFS[proof]} refused; it takes ${wanted(wants)}`,
  'last-code-refused': () => 'the last one was refused, or the password with it',
  'agent-silent': () => 'the ssh-agent there does not answer',
  'agent-empty': () => 'the ssh-agent has no key: ssh-add KEY',
  'no-file': () => 'that is not a file',
  'too-large-for-a-key': () => 'the file is too large for a key',
  'wrong-passphrase': () => 'that is not its passphrase',
  'key-empty': () => 'the file is empty',
  'key-damaged': () => 'the file is damaged',
  'key-is-certificate': () => 'it is a certificate: choose the private key beside it, without -cert.pub',
  'key-is-public': () => 'it is the public half: choose the private key, without .pub',
  'no-private-key': () => 'it is no private key of OpenSSH, PEM or PuTTY',
  'key-in-security-key': () =>
    'it lies in a security key: make one that does not, with ssh-keygen -t ed25519, or use an ssh-agent',
  'key-type-unusable': ({ type }) => `a key of type ${type} cannot sign in`,
  'dsa-key': () => 'DSA keys are no longer safe: make an Ed25519 key',
  'putty-unreadable': () => `the PuTTY key cannot be read; ${CONVERT}`,
  'putty-unopened': () => `this PuTTY key cannot be opened here; ${CONVERT}`,
  'another-nas': () => 'another NAS is browsed',
  idle: () => 'nothing was left to do',
  stopped: () => 'stopped',
  'no-access-given': () => 'no access to the NAS was given',
  'access-changed': () => 'the access to the NAS was changed',

  'folder-not-there': ({ folder, above, instead }) =>
    `${folder} is not there${instead.length === 0 ? '' : `; in ${above} there are ${instead.join(', ')}`}`,
  'taken-at-once': () => 'another workstation took the name at the same moment',
  'names-raced': ({ names }) => `${names} free names were taken as they were tried`,
  'part-stays': () => 'it was left by an earlier try and cannot be removed',
  'parts-refused': () => 'temporary files are refused, whether .part, without a dot in front, or .png',
  'file-taken-away': () => 'the NAS took the file away as soon as it was written',
  'bytes-of': ({ bytes, of }) => `${bytes} of ${of} bytes`,
  'other-bytes': () => 'other bytes',
  'half-undone': () => 'half undone',
  'cannot-be-replaced': () => 'files cannot be renamed and removed there',
  'place-mark': ({ root, mark, id }) =>
    id === null ? `${root} has no ${mark}` : `${mark} in ${root} names place ${id}`,
  'was-replaced': ({ fileName }) => `${fileName} was replaced by a file of the same name`,

  'held-by': ({ device, since }) => `${device}, ${clock(since)}`,
  'no-token': () => 'no token was given',
  'not-a-token': () => 'not a token',
  'not-an-address': ({ address }) => `not an address of a backend: ${address}`,
  'https-wanted': ({ protocol }) => `the backend's address must begin with https://, not ${protocol}//`,
  'not-a-backend': () => 'what answers is not a Galley backend',
  answered: ({ status }) => `answered ${status}`,
  'answered-otherwise': ({ status }) => `answered ${status}, and not as a backend does`,
  'outcomes-of': ({ outcomes, of }) => `${outcomes} ${outcomes === 1 ? 'outcome' : 'outcomes'} for ${of} of them`,
  'feed-stuck': ({ after }) => `a feed that has more after ${after}, and no way on`,
  'not-a-code': () => 'a code is three groups of four letters and digits',
  'code-not-known': () => 'what answers does not know the code',

  'looks-like': ({ kind }) => `it looks like ${LOOKS[kind]}`,
  'kind-of': (kind) => kindOf(kind),
  'no-pixels': () => 'some of its pixels are not there',
  'no-directory': () => 'the part of it that says what it holds is not there',
  'odd-content': ({ format }) => `${format} with odd content`,
  pixels: ({ width, height }) => `${width} x ${height}`,
  'pixels-of': ({ width, height, most, format, isInterlaced }) =>
    `${width} x ${height}; at most ${most / 1e6} million for ${isInterlaced ? 'interlaced ' : ''}${format}`,
  'pixels-turned': ({ width, height, most }) => `${width} x ${height}; at most ${most / 1e6} million, turned`,

  placement: ({ number, what }, say) => `placement ${number}: ${say(what)}`,
  'surface-empty': () => 'it has no area',
  'quad-twisted': () => 'its corners are twisted: give them clockwise from the top left one of the design',
  'mesh-folds': () => 'its mesh folds over itself',
  'off-photo': () => 'it lies beside the photo',
  'damaged-picture': ({ words }) => `the picture is damaged or cut short: ${words}`,
  'cmyk-picture': () => 'it has the CMYK colours of a press: save it as RGB',
  'mask-of-other-size': ({ width, height, ofPhoto }) =>
    `it is ${width} x ${height} and the photo is ${ofPhoto.width} x ${ofPhoto.height}: make them equal`,
  'no-mockup': ({ name }) => `no mockup "${name}"`,
  'mockup-exists': ({ name }) => `the template has a mockup "${name}" already`,
  'of-mockup': ({ name }) => `mockup "${name}"`,

  'no-shop': () => 'no such shop',
  'no-template': () => 'no such template',
  'no-batch': ({ batchId }) => `There is no batch ${batchId}.`,
  'no-nas': () => 'this shop has no NAS',
  'template-exists': ({ name }) => `the shop has a template "${name}" already`,
  'not-a-whole-path': ({ path }) => `${path} is not a whole path`,
  'only-one-can': () => 'only one can',
  'not-stored-yet': () => 'it is not on the NAS yet',
  'not-here': () => 'it is not known to be on this NAS',
  'other-format': ({ is, was }) => `that one is a ${was} file, this one is ${is}`,
  'name-without-letters': () => 'A name needs at least one letter or digit.',
  'print-too-large': ({ pixels }) => `A print of more than ${pixels / 1e6} million pixels cannot be prepared.`,
  'not-a-time': () => 'a time of day is written 00:00 to 23:59',
  'time-twice': () => 'a time of day stands there twice',
  'times-at-most': ({ entries }) => `a timetable has ${entries} entries at most`,
  'endless-pause': () => 'a pause needs an end',

  'newer-version': ({ version, known }) => `version ${version}, this Galley knows ${known}`,
  'odd-tables': ({ version, tables }) => `version ${version} with ${tables} tables and indexes`,
  'file-missing': () => 'the file is missing or empty',
  'open-to-others': () => 'other users of this computer can read it: chmod 600',
  'no-such-file': ({ path }) => `there is no file ${path}`,
  'no-database': ({ folder }) => `there is no database in ${folder}`,
  'service-first': () => 'the database is not of this version: start the service of this version first',
  'of-database': ({ words }, say) => `database: ${say(words)}`,
  'log-damaged': () => 'its log of commits is not one',
  'used-by': ({ folder, process }) => `${folder}, by process ${process ?? 'unknown'}`,
  'worker-of': ({ kind }) => kind,
  'ended-often': ({ process, times }) => `The ${process} process ended ${times} times within a few minutes.`,
  'page-unknown': () => 'This page may not ask that.',
}

/** The particulars of a failure in English; what comes from outside stands between marks. */
export const sayInEnglish = speaker(enDetails, (text) => `“${text}”`)

/** For logs and terminals, where what comes from outside as a whole stands by itself. */
export function describeDetail(detail: Detail): string
export function describeDetail(detail: Detail | undefined): string | undefined
export function describeDetail(detail: Detail | undefined): string | undefined {
  return isSaid(detail) ? sayInEnglish(detail) : detail
}
