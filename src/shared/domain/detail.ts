/**
 * The particulars of a failure. What Galley itself says of it is data: a code with its facts, whose words stand in each
 * language in `shared/texts/details-*.ts`. A string comes from outside as it is: a path, a server's words, a message of
 * the operating system, and what older versions of Galley wrote down.
 */
export type Detail = string | Said

/** One of the things that Galley says, with what belongs to it. */
export type Said<Code extends DetailCode = DetailCode> = {
  readonly [C in Code]: { readonly says: C } & Readonly<DetailFacts[C]>
}[Code]

export type DetailCode = keyof DetailFacts

/** Words for each, in one language. `say` speaks what is nested, and quotes what comes from outside. */
export type DetailWords = {
  readonly [C in DetailCode]: (said: Said<C>, say: (detail: Detail) => string) => string
}

/** What a file that is no picture of a known format looks like. */
export type LooksLike =
  | 'affinity'
  | 'bmp'
  | 'camera-raw'
  | 'corel'
  | 'gimp'
  | 'heic'
  | 'icon'
  | 'jpeg-2000'
  | 'jpeg-xl'
  | 'macos'
  | 'pdf'
  | 'photoshop'
  | 'svg'
  | 'svgz'
  | 'text'
  | 'unknown'
  | 'video'
  | 'web-page'
  | 'zeros'
  | 'zip'

/** Of what kind a picture is that Galley does not read, with what tells it apart. */
export type PictureKind =
  | { readonly is: 'bits'; readonly bits: number }
  | { readonly is: 'channels'; readonly channels: number }
  | { readonly is: 'colours'; readonly number: number }
  | { readonly is: 'compression'; readonly name: string }
  | { readonly is: 'layers'; readonly bytes: number }
  | { readonly is: 'float' | 'signed' | 'lab' | 'ycbcr' | 'inks' | 'mask' | 'raw' | 'planar-tiles' | 'preview' }

/** By what a person proves who they are, as Galley offers it. */
export type ProofName = 'none' | 'password' | 'key' | 'certificate' | 'agent-key'

// biome-ignore lint/complexity/noBannedTypes: it has no facts.
type Nothing = {}

/** Each code with its facts: numbers, names and paths, never a sentence. */
interface DetailFacts {
  /** What is wrong at a path. */
  at: { path: string; what: Detail }

  // reaching the NAS and signing in
  'no-answer': { seconds: number }
  /** A phase of opening a connection took longer. */
  'not-within': { phase: 'reach' | 'handshake' | 'sign-in' | 'channel'; seconds: number }
  'closed-connection': Nothing
  'closed-channel': Nothing
  /** Of an algorithm that both sides need to have. */
  'nothing-in-common': {
    kind: 'key exchange' | 'host key algorithm' | 'cipher' | 'MAC'
    theirs: readonly string[]
    ours: readonly string[]
  }
  exit: { words: Detail; exit: number | string }
  /** A server's number for a refusal, with its own words. */
  status: { words: Detail; status: number }
  /** `type`: of the key that is shown, where there are several. */
  'other-key': { shown: string; type?: string; trusted: string }
  'no-proof': { why: Detail }
  'no-proof-for': { account: string; isAgentWanted: boolean }
  'proof-taken': { proof: ProofName; wants: readonly string[] }
  'proof-refused': { proof: ProofName; wants: readonly string[] }
  'last-code-refused': Nothing
  'agent-silent': Nothing
  'agent-empty': Nothing
  'no-file': Nothing
  'too-large-for-a-key': Nothing
  'wrong-passphrase': Nothing
  'key-empty': Nothing
  'key-damaged': Nothing
  'key-is-certificate': Nothing
  'key-is-public': Nothing
  'no-private-key': Nothing
  'key-in-security-key': Nothing
  'key-type-unusable': { type: string }
  'dsa-key': Nothing
  'putty-unreadable': Nothing
  'putty-unopened': Nothing
  'another-nas': Nothing
  idle: Nothing
  stopped: Nothing
  'no-access-given': Nothing
  'access-changed': Nothing

  // a file on the NAS
  'folder-not-there': { folder: string; above: string; instead: readonly string[] }
  'taken-at-once': Nothing
  'names-raced': { names: number }
  'part-stays': Nothing
  'parts-refused': Nothing
  'file-taken-away': Nothing
  'bytes-of': { bytes: number; of: number }
  'other-bytes': Nothing
  'half-undone': Nothing
  'cannot-be-replaced': Nothing
  /** The folder by which a place is known, at its root; `id`: the place that it names, null where it is not. */
  'place-mark': { root: string; mark: string; id: string | null }
  'was-replaced': { fileName: string }

  // the service of records
  /** `since`: ms since 1970. */
  'held-by': { device: string; since: number }
  'no-token': Nothing
  'not-a-token': Nothing
  'not-an-address': { address: string }
  'https-wanted': { protocol: string }
  'not-a-backend': Nothing
  /** An answer of HTTP without words of the service's. */
  answered: { status: number }
  'answered-otherwise': { status: number }
  'outcomes-of': { outcomes: number; of: number }
  'feed-stuck': { after: number }
  'not-a-code': Nothing
  'code-not-known': Nothing

  // the dropped file
  'looks-like': { kind: LooksLike }
  'odd-content': { format: string }
  'kind-of': PictureKind
  'no-directory': Nothing
  'no-pixels': Nothing
  pixels: { width: number; height: number }
  'pixels-of': { width: number; height: number; most: number; format: string; isInterlaced: boolean }
  'pixels-turned': { width: number; height: number; most: number }

  // a mockup
  placement: { number: number; what: Detail }
  'surface-empty': Nothing
  'quad-twisted': Nothing
  'mesh-folds': Nothing
  'off-photo': Nothing
  'damaged-picture': { words: string }
  'cmyk-picture': Nothing
  'mask-of-other-size': { width: number; height: number; ofPhoto: { width: number; height: number } }
  'no-mockup': { name: string }
  'mockup-exists': { name: string }
  'of-mockup': { name: string }

  // what is asked for
  'no-shop': Nothing
  'no-template': Nothing
  'no-batch': { batchId: string }
  'no-nas': Nothing
  'template-exists': { name: string }
  'not-a-whole-path': { path: string }
  'only-one-can': Nothing
  'not-stored-yet': Nothing
  'not-here': Nothing
  'other-format': { is: string; was: string }
  'name-without-letters': Nothing
  'print-too-large': { pixels: number }
  'not-a-time': Nothing
  'time-twice': Nothing
  'times-at-most': { entries: number }
  'endless-pause': Nothing

  // this computer
  'newer-version': { version: number; known: number }
  'odd-tables': { version: number; tables: number }
  'file-missing': Nothing
  'open-to-others': Nothing
  'no-such-file': { path: string }
  'no-database': { folder: string }
  'service-first': Nothing
  'of-database': { words: string }
  'log-damaged': Nothing
  'used-by': { folder: string; process: string | null }
  'worker-of': { kind: 'imaging' | 'transfer' | 'copy' | 'records' | 'mockups' }
  'ended-often': { process: string; times: number }
  'page-unknown': Nothing
}

export function isSaid(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && 'says' in value
}

/** Speaks a language: its words, and its marks around what comes from outside. */
export function speaker(words: DetailWords, quote: (text: string) => string): (detail: Detail) => string {
  const say = (detail: Detail): string => {
    if (typeof detail === 'string') return quote(detail)
    // Written down by another version of Galley, whose words are not known here.
    return detail.says in words ? speak(detail) : quote(JSON.stringify(detail))
  }
  const speak = <C extends DetailCode>(said: Said<C>): string => words[said.says](said, say)
  return say
}
