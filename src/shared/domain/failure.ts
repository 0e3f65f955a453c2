/**
 * Expected errors are values. The codes are a closed set; what a person reads for each stands here and nowhere else.
 * Foreign errors (SFTP, HTTP, SQLite, sharp) become a Failure once, in the adapter. Nothing branches on `message`.
 */

/** What the queue does about a failure: try the item again, hold the queue until something changes, or end the item. */
export type FailureClass = 'retry' | 'hold' | 'permanent'

interface FailureText<Class extends FailureClass = FailureClass> {
  readonly class: Class
  /** What happened. */
  readonly message: string
  /** What to do; says that nothing was lost where that is in doubt. */
  readonly action: string
  /** What to do once it is not tried again by itself, where that is something else. */
  readonly endedAction?: string
}

const text = <Class extends FailureClass>(
  failureClass: Class,
  message: string,
  action: string,
  endedAction?: string,
): FailureText<Class> => ({
  class: failureClass,
  message,
  action,
  ...(endedAction === undefined ? {} : { endedAction }),
})

export const FAILURES = {
  // the dropped file
  'source-gone': text('permanent', 'The file is no longer there.', 'Put it back and drop it again.'),
  'source-changed': text(
    'retry',
    'The file changed while it was being read.',
    'It is read again by itself.',
    'Retry it when nothing changes it any more.',
  ),
  'source-busy': text(
    'retry',
    'The file is still being written.',
    'It is read when it is complete.',
    'Retry it when it is complete.',
  ),
  'source-unreadable': text('permanent', 'The file cannot be read.', 'Check its permissions and drop it again.'),
  'name-not-utf8': text('permanent', "The file's name cannot be read.", 'Rename the file and drop it again.'),
  'empty-file': text('permanent', 'The file is empty.', 'Export the design again.'),
  'unsupported-format': text(
    'permanent',
    'Not a picture that Galley takes.',
    'Save it as PNG, JPEG, WebP, TIFF, GIF or AVIF.',
  ),
  'damaged-image': text('permanent', 'The picture is damaged or cut short.', 'Export the design again.'),
  'too-many-pixels': text('permanent', 'The picture has too many pixels.', 'Export it at a smaller size.'),
  'aspect-ratio': text('permanent', 'The picture is more than 50 times as long as wide.', 'Crop it and drop it again.'),
  'image-timeout': text('permanent', 'The picture took too long to read.', 'Export the design again, smaller.'),
  poison: text(
    'permanent',
    'Reading this file ended its worker process three times.',
    'Export the design again, or leave it out.',
  ),
  // the NAS
  'nas-unreachable': text(
    'retry',
    'The NAS does not answer.',
    'Check its address and the network. Uploads go on when it answers; nothing is lost.',
  ),
  'connection-lost': text(
    'retry',
    'The connection to the NAS broke.',
    'It is tried again by itself.',
    'It broke at each try of this file, and not at others: retry it, or leave it out.',
  ),
  'nas-timeout': text(
    'retry',
    'The NAS stopped answering.',
    'It is tried again by itself.',
    'It did so at each try of this file, and not at others: retry it, or leave it out.',
  ),
  'host-key-unknown': text(
    'hold',
    'The NAS is not known yet.',
    'Compare its fingerprint with the one the NAS shows, then trust it.',
  ),
  'host-key-changed': text(
    'hold',
    "The NAS's identity changed. Uploads stopped.",
    'Ask your admin before you trust it. Nothing is lost.',
  ),
  'needs-sign-in': text('hold', 'The NAS refused the sign-in.', 'Check user and password or key. Nothing is lost.'),
  'code-wanted': text('hold', 'The NAS asks for a one-time code.', 'Enter the code. Nothing is lost.'),
  'password-expired': text(
    'hold',
    'The password for the NAS has expired.',
    'Set a new one at the NAS, then give it here. Nothing is lost.',
  ),
  'key-unusable': text(
    'hold',
    'The private key cannot be used.',
    'Choose another key file. The NAS was not asked. Nothing is lost.',
  ),
  'key-locked': text(
    'hold',
    'The private key is locked with a passphrase.',
    'Give its passphrase: in Settings, or by --passphrase-file. Nothing is lost.',
  ),
  'no-common-algorithm': text(
    'hold',
    'The NAS and Galley have no encryption in common.',
    'Update the NAS, or allow there one of those that Galley takes. Nothing is lost.',
  ),
  'old-algorithms-only': text(
    'hold',
    'The NAS knows old encryption only, which Galley does not use unasked.',
    'Update the NAS, or allow old algorithms for it: in Settings, or by --old-algorithms on. Nothing is lost.',
  ),
  'sign-in-slow': text(
    'hold',
    'The NAS takes too long to sign in.',
    'Ask your admin what the sign-in waits for. It is tried again by itself; nothing is lost.',
  ),
  'sftp-off': text(
    'hold',
    'The NAS offers this user no SFTP.',
    'Switch SFTP on at the NAS, or allow it to this user. Nothing is lost.',
  ),
  'sftp-garbled': text(
    'hold',
    'What answers at the NAS is not SFTP: something prints at the sign-in.',
    "Take the output out of this account's start-up file or login script. Nothing is lost.",
  ),
  'session-refused': text(
    'hold',
    'The NAS ended the session right after the sign-in.',
    'Ask your admin about this account: its shell, its home folder, its limit of sessions. Nothing is lost.',
  ),
  'nas-busy': text(
    'retry',
    'The NAS takes no second connection now; uploads use it.',
    'Look again when they are done.',
  ),
  'folder-missing': text(
    'hold',
    'There is no such folder on the NAS.',
    'Choose a folder that is there. Nothing is lost.',
  ),
  'rename-refused': text(
    'hold',
    'The NAS takes files but does not let them get their names.',
    'Allow this user to rename and remove files in the folder. Nothing is lost.',
  ),
  'nas-full': text('hold', 'The NAS is full.', 'Free space, then retry. Nothing is lost.'),
  'nas-quota': text(
    'hold',
    'The NAS takes no more bytes, though it shows free space.',
    'A quota may be used up: free space or raise it, then retry. Nothing is lost.',
  ),
  'nas-read-only': text(
    'hold',
    'The NAS cannot be written to.',
    'Make the share writable, then retry. Nothing is lost.',
  ),
  'permission-denied': text(
    'hold',
    'The NAS does not let this user read or write there.',
    'Ask for read and write permission on the folder. Nothing is lost.',
  ),
  'remote-conflict': text(
    'hold',
    'Something else stands at that place on the NAS.',
    'Look at the folder on the NAS, then retry. Nothing is lost.',
  ),
  'verification-failed': text(
    'retry',
    'The file on the NAS did not match what was sent.',
    'It is sent again by itself.',
    'It was sent several times, and other files arrived whole: look at this one, then retry it.',
  ),
  'nas-failure': text(
    'retry',
    'The NAS reported a failure.',
    'It is tried again by itself.',
    'It was tried several times, and other files were taken: ask your admin, then retry it.',
  ),
  'design-gone': text(
    'permanent',
    'The file is no longer on the NAS.',
    'Look for it there, or upload the design again.',
  ),
  'design-altered': text(
    'permanent',
    'The file on the NAS is not the one that was uploaded.',
    'Look at it there, or upload the design again.',
  ),
  'cannot-replace': text(
    'permanent',
    'It cannot take the place of that design.',
    'Keep both, or upload it in the same format as that one.',
  ),
  // the backend
  'backend-unreachable': text('retry', 'The backend does not answer.', 'Check its address. Nothing is lost.'),
  'backend-busy': text('retry', 'The backend is busy.', 'It is tried again by itself.'),
  'backend-token': text(
    'hold',
    'The backend refused the token.',
    'Ask for a new token for this shop. Nothing is lost.',
  ),
  'backend-rejected': text('permanent', 'The backend refused the record.', 'See Details; the file is safe on the NAS.'),
  // this computer
  'disk-full': text('hold', 'The disk of this computer is full.', 'Free space, then retry. Nothing is lost.'),
  'disk-failing': text(
    'hold',
    'The disk of this computer reports errors.',
    'Check the disk and its cable. It is tried again by itself; nothing that was confirmed is lost.',
  ),
  'folder-unwritable': text('permanent', 'The folder cannot be written to.', 'Choose another folder.'),
  'data-folder-unwritable': text(
    'permanent',
    "Galley's data folder cannot be written to.",
    'Make it writable, or give another --data-dir.',
  ),
  'catalog-newer': text('permanent', 'The catalog was made by a newer Galley.', 'Update Galley on this computer.'),
  'catalog-damaged': text('permanent', 'The catalog is damaged.', 'Move the data folder aside and start Galley again.'),
  'data-folder-in-use': text(
    'permanent',
    'Another Galley uses this data folder.',
    'Close it, or give another --data-dir.',
  ),
  configuration: text('permanent', 'A setting is missing or wrong.', 'Correct it and try again.'),
  conflict: text('permanent', 'That is already under way.', 'Wait until it has ended.'),
  'too-many-files': text(
    'retry',
    'This computer has too many files open.',
    'It goes on by itself when some are closed. Nothing is lost.',
  ),
  // our own processes
  'worker-broken': text(
    'retry',
    'A worker process of Galley does not start.',
    'It is tried again by itself; if that does not help, install Galley again. Nothing is lost.',
  ),
  'worker-gone': text(
    'retry',
    'A worker process ended.',
    'It is started again by itself.',
    'It ended at each try of this file: retry it, or leave it out.',
  ),
  cancelled: text('permanent', 'Cancelled.', 'Drop the file again to upload it.'),
  internal: text('permanent', 'A fault of Galley.', 'Please send us the log.'),
} as const satisfies Record<string, FailureText>

export type FailureCode = keyof typeof FAILURES

/** Codes of what may still come right: something waits, and the item with it. */
export type PassingCode = {
  [Code in FailureCode]: (typeof FAILURES)[Code]['class'] extends 'permanent' ? never : Code
}[FailureCode]

/** An expected error. Plain data: crosses processes and is stored with the item. */
export interface Failure {
  readonly code: FailureCode
  /** What happened, for a person. */
  readonly message: string
  /** What to do about it, for a person. */
  readonly action: string
  /** The particulars: a path, a server's own words. Never a secret. */
  readonly detail?: string
  /** When the other side said how long to wait. */
  readonly retryAfterMs?: number
  /** The item ended with it: `action` is what a person does now, where elsewhere it would be tried again. */
  readonly isEnded?: true
}

/** Makes a failure from its code; `detail` carries the particulars of this occurrence. */
export function failure(code: FailureCode, detail?: string, extra?: { retryAfterMs?: number }): Failure {
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
  const { endedAction }: FailureText = FAILURES[because.code]
  return endedAction === undefined ? because : { ...because, action: endedAction, isEnded: true }
}

export function failureClass(code: FailureCode): FailureClass {
  return FAILURES[code].class
}

const OUT_OF_FILES: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE'])

/** The system opens no more files for now: no fault of the file, or of the other side. */
export function isOutOfFiles(error: unknown): boolean {
  return error instanceof Error && 'code' in error && OUT_OF_FILES.has(error.code)
}

/** One line for logs and terminals: what happened, the particulars within that sentence, what to do. */
export function describeFailure({ message, detail, action }: Failure): string {
  const particulars = detail?.replace(/\.$/, '')
  return `${particulars === undefined ? message : message.replace('.', () => ` (${particulars}).`)} ${action}`
}
