import { describeDetail } from '../texts/details-en.ts'
import type { Detail } from './detail.ts'
import {
  away,
  backend,
  backendIdentity,
  cut,
  ends,
  type FailureRule,
  final,
  folder,
  identity,
  itself,
  local,
  missing,
  nasFull,
  noSession,
  others,
  refused,
  row,
  seen,
  setUp,
  signIn,
  stopped,
  token,
  worker,
} from './failure-rule.ts'

/** Expected errors are values. The codes are a closed set; what the queue makes of each, and what a person reads, stands in
 *  one row here and nowhere else. Foreign errors (SFTP, HTTP, SQLite, sharp) become a Failure once, in the adapter. Nothing
 *  branches on `message`. */
export const FAILURES = {
  // the dropped file
  'source-gone': row({ ...ends, isOtherFile: true }, 'The file is no longer there.', 'Put it back and drop it again.'),
  'source-changed': row(
    { ...itself, isOtherFile: true },
    'The file changed while it was being read.',
    'It is read again by itself.',
    'Retry it when nothing changes it any more.',
  ),
  'source-busy': row(
    itself,
    'The file is still being written.',
    'It is read when it is complete.',
    'Retry it when it is complete.',
  ),
  'source-unreadable': row(ends, 'The file cannot be read.', 'Check its permissions and drop it again.'),
  'folder-unreadable': row(final, 'The folder could not be read.', 'Check its permissions and drop it again.'),
  'name-not-utf8': row(final, "The file's name cannot be read.", 'Rename the file and drop it again.'),
  'empty-file': row(ends, 'The file is empty.', 'Export the design again.'),
  'unsupported-format': row(
    { ...final, isNoPicture: true },
    'Not a picture that Galley takes.',
    'Save it as PNG, JPEG, WebP, TIFF, GIF or AVIF.',
  ),
  'unread-kind': row(ends, 'Galley does not read this kind of picture.', 'Save it as an RGB PNG, and drop it again.'),
  'damaged-image': row(ends, 'The picture is damaged or cut short.', 'Export the design again.'),
  'too-many-pixels': row(ends, 'The picture has too many pixels.', 'Export it at a smaller size.'),
  'aspect-ratio': row(ends, 'The picture is more than 50 times as long as wide.', 'Crop it and drop it again.'),
  'image-timeout': row(ends, 'The picture took too long to read.', 'Export the design again, smaller.'),
  poison: row(
    ends,
    'Reading this file ended its worker process three times.',
    'Export the design again, or leave it out.',
  ),
  // the NAS
  'nas-unreachable': row(
    away,
    'The NAS does not answer.',
    'Check its address and the network. Uploads go on when it answers; nothing is lost.',
  ),
  'connection-lost': row(
    cut,
    'The connection to the NAS broke.',
    'It is tried again by itself.',
    'It broke at each try of this file, and not at others: retry it, or leave it out.',
  ),
  'nas-timeout': row(
    cut,
    'The NAS stopped answering.',
    'It is tried again by itself.',
    'It did so at each try of this file, and not at others: retry it, or leave it out.',
  ),
  'host-key-unknown': row(
    identity,
    'The NAS is not known yet.',
    'Compare its fingerprint with the one the NAS shows, then trust it.',
  ),
  'host-key-changed': row(
    identity,
    "The NAS's identity changed. Uploads stopped.",
    'Ask your admin before you trust it. Nothing is lost.',
  ),
  'needs-sign-in': row(signIn, 'The NAS refused the sign-in.', 'Check user and password or key. Nothing is lost.'),
  'code-wanted': row(signIn, 'The NAS asks for a one-time code.', 'Enter the code. Nothing is lost.'),
  'password-expired': row(
    signIn,
    'The password for the NAS has expired.',
    'Set a new one at the NAS, then give it here. Nothing is lost.',
  ),
  'key-unusable': row(
    signIn,
    'The private key cannot be used.',
    'Choose another key file. The NAS was not asked. Nothing is lost.',
  ),
  'key-locked': row(
    signIn,
    'The private key is locked with a passphrase.',
    'Give its passphrase: in Settings, or by --passphrase-file. Nothing is lost.',
  ),
  'no-common-algorithm': row(
    setUp,
    'The NAS and Galley have no encryption in common.',
    'Update the NAS, or allow there one of those that Galley takes. Nothing is lost.',
  ),
  'old-algorithms-only': row(
    setUp,
    'The NAS knows old encryption only, which Galley does not use unasked.',
    'Update the NAS, or allow old algorithms for it: in Settings, or by --old-algorithms on. Nothing is lost.',
  ),
  'sign-in-slow': row(
    noSession,
    'The NAS takes too long to sign in.',
    'Ask your admin what the sign-in waits for. It is tried again by itself; nothing is lost.',
  ),
  'sftp-off': row(
    noSession,
    'The NAS offers this user no SFTP.',
    'Switch SFTP on at the NAS, or allow it to this user. Nothing is lost.',
  ),
  'sftp-garbled': row(
    noSession,
    'What answers at the NAS is not SFTP: something prints at the sign-in.',
    "Take the output out of this account's start-up file or login script. Nothing is lost.",
  ),
  'session-refused': row(
    noSession,
    'The NAS ended the session right after the sign-in.',
    'Ask your admin about this account: its shell, its home folder, its limit of sessions. Nothing is lost.',
  ),
  'nas-busy': row(away, 'The NAS takes no second connection now; uploads use it.', 'Look again when they are done.'),
  'folder-missing': row(
    setUp,
    'There is no such folder on the NAS.',
    'Choose a folder that is there. Nothing is lost.',
  ),
  'place-other': row(
    setUp,
    "This folder on the NAS is not the one in which the shop's designs lie.",
    "Choose the NAS and the folder that the shop's other workstations use, or say what folder it is (`galley nas place`). Nothing is lost.",
  ),
  'rename-refused': row(
    folder,
    'The NAS takes files but does not let them get their names.',
    'Allow this user to rename and remove files in the folder. Nothing is lost.',
  ),
  'nas-full': row(nasFull, 'The NAS is full.', 'Free space, then retry. Nothing is lost.'),
  'nas-quota': row(
    setUp,
    'The NAS takes no more bytes, though it shows free space.',
    'A quota may be used up: free space or raise it, then retry. Nothing is lost.',
  ),
  'nas-read-only': row(setUp, 'The NAS cannot be written to.', 'Make the share writable, then retry. Nothing is lost.'),
  'permission-denied': row(
    folder,
    'The NAS does not let this user read or write there.',
    'Ask for read and write permission on the folder. Nothing is lost.',
  ),
  'remote-conflict': row(
    folder,
    'Something else stands at that place on the NAS.',
    'Look at the folder on the NAS, then retry. Nothing is lost.',
  ),
  'verification-failed': row(
    refused,
    'The file on the NAS did not match what was sent.',
    'It is sent again by itself.',
    'It was sent several times, and other files arrived whole: look at this one, then retry it.',
  ),
  'nas-failure': row(
    { ...refused, isInDoubt: true },
    'The NAS reported a failure.',
    'It is tried again by itself.',
    'It was tried several times, and other files were taken: ask your admin, then retry it.',
  ),
  'design-gone': row(seen, 'The file is no longer on the NAS.', 'Look for it there, or upload the design again.'),
  'design-altered': row(
    seen,
    'The file on the NAS is not the one that was uploaded.',
    'Look at it there, or upload the design again.',
  ),
  'twin-gone': row(seen, "The colleague's copy is gone from the NAS.", 'Yours stays: look for theirs, or keep both.'),
  'cannot-replace': row(
    ends,
    'It cannot take the place of that design.',
    'Keep both, or upload it in the same format as that one.',
  ),
  // the backend
  'backend-unreachable': row(backend, 'The backend does not answer.', 'Check its address. Nothing is lost.'),
  'backend-key-unknown': row(
    backendIdentity,
    'The backend is not known yet.',
    'Compare its fingerprint with the one that the service tells, then trust it: in Settings, or by --backend-key.',
  ),
  'backend-key-changed': row(
    backendIdentity,
    "The backend's identity changed. Nothing was sent to it.",
    'Ask your admin before you trust it. Nothing is lost.',
  ),
  'records-service-down': row(
    backend,
    "The process that keeps the shop's records on this computer does not start.",
    'It is tried again by itself. Uploads go on, and their records wait; nothing is lost.',
  ),
  'backend-busy': row(backend, 'The backend is busy.', 'It is tried again by itself.'),
  'backend-token': row(token, 'The backend refused the token.', 'Ask for a new token for this shop. Nothing is lost.'),
  'pairing-refused': row(
    ends,
    'The backend did not take the code.',
    'Compare it, or ask for a new one: a code is valid once, for ten minutes.',
  ),
  'pairing-other-key': row(
    ends,
    'What answers is not the service that made the code: its fingerprint is another. Nothing was sent to it.',
    'Compare address and fingerprint with what was printed beside the code, or ask your admin.',
  ),
  'backend-rejected': row(
    { ...ends, shown: 'backend' },
    'The backend refused the record.',
    'See Details; the file is safe on the NAS. Retry sends the record again, as after an update of the backend.',
  ),
  'record-differs': row(
    { ...ends, shown: 'backend' },
    'The shop has a record of this design already, with other content.',
    'That one holds, and the file is safe on the NAS. Retry sends this one again, once that is no more.',
  ),
  'record-path-taken': row(
    { ...ends, shown: 'backend' },
    "At this place on the NAS the shop's records have another design.",
    'Look which of the two stands there. Retry sends the record again, once that one is no more; nothing is lost.',
  ),
  'claimed-elsewhere': row(
    others,
    'Another workstation of the shop is sending this design.',
    'It is skipped here when it is stored there, and sent from here if it is not. Details can send it from here now.',
  ),
  'import-elsewhere': row(ends, 'Another workstation reads this folder.', 'Its designs come here by themselves.'),
  'template-changed': row(
    { ...ends, shown: 'backend' },
    'Another workstation changed this template meanwhile.',
    'Compare both, then save yours over it, or leave it as it is. Nothing was saved.',
  ),
  'templates-read-only': row(
    { ...ends, shown: 'backend' },
    "The shop's templates cannot be changed while its backend does not answer.",
    'Change it once the backend answers. Uploads go on with the templates as they are.',
  ),
  'mockup-picture-gone': row(ends, 'A picture of the mockup is gone.', 'Save the mockup with it again, then retry.'),
  'mockup-wrong': row(ends, 'The mockup cannot be drawn so.', 'Correct what is named. Nothing was saved.'),
  'mockup-changed': row(
    { ...ends, shown: 'backend' },
    'Another workstation changed this mockup meanwhile.',
    'Compare both, then save yours over it, or leave it as it is. Nothing was saved.',
  ),
  'history-changed': row(
    backend,
    'The backend was set back to an earlier state.',
    'This computer sends it what it lacks, then goes on. Nothing is lost.',
  ),
  'backend-anew': row(
    token,
    "The backend knows nothing of this shop's past: it was made anew, or it is another shop's.",
    'If it is the right one, send it all that this computer knows (galley records resend). If not, pair with the right one. Nothing is lost.',
  ),
  // this computer
  'disk-full': row(local, 'The disk of this computer is full.', 'Free space, then retry. Nothing is lost.'),
  'disk-failing': row(
    local,
    'The disk of this computer reports errors.',
    'Check the disk and its cable. It is tried again by itself; nothing that was confirmed is lost.',
  ),
  'catalog-busy': row(
    { ...local, pause: 'backoff' },
    "Another program holds Galley's catalog.",
    'It may be a backup program, a virus scanner or a database browser. Galley goes on by itself when it lets go. Nothing is lost.',
  ),
  'folder-unwritable': row(local, 'The folder cannot be written to.', 'Choose another folder.'),
  'data-folder-unwritable': row(
    local,
    "Galley's data folder cannot be written to.",
    'Make it writable, or give another --data-dir.',
  ),
  'catalog-newer': row(ends, 'The catalog was made by a newer Galley.', 'Update Galley on this computer.'),
  'catalog-damaged': row(ends, 'The catalog is damaged.', 'Move the data folder aside and start Galley again.'),
  'data-folder-in-use': row(ends, 'Another Galley uses this data folder.', 'Close it, or give another --data-dir.'),
  configuration: row(missing, 'A setting is missing or wrong.', 'Correct it and try again.'),
  conflict: row(ends, 'That is already under way.', 'Wait until it has ended.'),
  'too-many-files': row(
    worker,
    'This computer has too many files open.',
    'It goes on by itself when some are closed. Nothing is lost.',
  ),
  // our own processes
  'worker-broken': row(
    worker,
    'A worker process of Galley does not start.',
    'It is tried again by itself; if that does not help, install Galley again. Nothing is lost.',
  ),
  'worker-gone': row(
    { ...itself, isCut: true, isInDoubt: true },
    'A worker process ended.',
    'It is started again by itself.',
    'It ended at each try of this file: retry it, or leave it out.',
  ),
  cancelled: row(stopped, 'Cancelled.', 'Drop the file again to upload it.'),
  // Where it holds more than an item, or one that it may not end, it is tried again: it need not come back.
  internal: row({ ...ends, pause: 'backoff', isInDoubt: true }, 'A fault of Galley.', 'Please send us the log.'),
}

export type FailureCode = keyof typeof FAILURES

/** An expected error. Plain data: crosses processes and is stored with the item. */
export interface Failure {
  readonly code: FailureCode
  /** What happened, for a person. */
  readonly message: string
  /** What to do about it, for a person. */
  readonly action: string
  /** The particulars. Never a secret. */
  readonly detail?: Detail
  /** When the other side said how long to wait. */
  readonly retryAfterMs?: number
  /** The item ended with it: `action` is what a person does now, where elsewhere it would be tried again. */
  readonly isEnded?: true
}

/** Makes a failure from its code; `detail` carries the particulars of this occurrence. */
export function failure(code: FailureCode, detail?: Detail, extra?: { retryAfterMs?: number }): Failure {
  const { message, action } = FAILURES[code]
  return {
    code,
    message,
    action,
    ...(detail === undefined ? {} : { detail }),
    ...(extra?.retryAfterMs === undefined ? {} : { retryAfterMs: extra.retryAfterMs }),
  }
}

/** The same failure of an item that ends with it: nothing is tried again by itself any more. */
export function endedFailure(because: Failure): Failure {
  const { endedAction } = FAILURES[because.code]
  return endedAction === undefined ? because : { ...because, action: endedAction, isEnded: true }
}

/** The codes of which that is true. */
export function codesWhere(isMeant: (rule: FailureRule) => boolean): readonly FailureCode[] {
  return (Object.keys(FAILURES) as FailureCode[]).filter((code) => isMeant(ruleOf(code)))
}

/** Another try may help. */
export function mayHelp({ code }: Failure): boolean {
  return ruleOf(code).isFinal !== true
}

/** What was dropped is at least meant to be a picture, and its failure for a person to see. */
export function isToBeSeen({ code }: Failure): boolean {
  return ruleOf(code).isNoPicture !== true
}

/** What answers is not the one that was trusted: the gravest thing to be told. */
export function isChangedIdentity(code: FailureCode): boolean {
  return code === 'host-key-changed' || code === 'backend-key-changed'
}

/** What the failure means to the queue. */
export function ruleOf(code: FailureCode): FailureRule {
  return FAILURES[code]
}

/** Another try soon may do, without anybody's doing. */
export function mendsItself(code: FailureCode): boolean {
  const { class: kind, pause } = FAILURES[code]
  return kind !== 'permanent' && pause === 'backoff'
}

/** It concerns more than the item, and somebody has to act, or will before long. */
export function waitsForSomebody(code: FailureCode): boolean {
  return FAILURES[code].class === 'hold' && !mendsItself(code)
}

/** One line for logs, in English. */
export function describeFailure(failure: Failure): string {
  return inOneLine(failure, describeDetail(failure.detail))
}

/** What happened, the particulars within that sentence, what to do. */
export function inOneLine({ message, action }: Pick<Failure, 'message' | 'action'>, detail?: string): string {
  const particulars = detail?.replace(/\.$/, '')
  return `${particulars === undefined ? message : message.replace('.', () => ` (${particulars}).`)} ${action}`
}
