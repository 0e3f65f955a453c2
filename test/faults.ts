/** One fault that Galley must stand, and how. */
export interface Fault {
  /** The key: a test shows it when its title begins with `[key] `, or `[key, other key] `. */
  readonly fault: string
  readonly expected: Expected
  /** What is seen from outside when it was stood. */
  readonly so: string
  /** Why no test can show it here; instead of a test. */
  readonly cannot?: string
}

/** What becomes of the item: tried again without a duplicate, held until something changes, failed with its reason, or
 *  not touched by it at all. */
export type Expected = 'retried' | 'waits' | 'fails' | 'unharmed'

/** Every fault that must have a test, by where it comes from. `docs/faults.md` is made from it. */
export const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  Network: [
    { fault: 'reset in a write', expected: 'retried', so: 'goes on; every file there once' },
    { fault: 'black hole', expected: 'retried', so: 'no packet passes: noticed within 45 s, and replaced' },
    { fault: 'slow link', expected: 'unharmed', so: '8 Mbit/s at 400 ms is no time-out' },
    { fault: 'corrupted byte', expected: 'retried', so: 'never comes to a final name' },
    { fault: 'half close', expected: 'retried', so: 'a side that says no more is found out' },
    { fault: 'rename answer lost', expected: 'retried', so: 'found stored, not sent again' },
    { fault: 'refused for a while', expected: 'retried', so: 'goes on by itself' },
  ],
  NAS: [
    { fault: 'session killed', expected: 'retried', so: 'one object, no temporary file' },
    { fault: 'session frozen', expected: 'retried', so: 'noticed; when it wakes, it writes nothing into what went on' },
    { fault: 'NAS full', expected: 'waits', so: 'goes on by itself when there is room' },
    { fault: 'NAS quota', expected: 'waits', so: 'says that a quota may be used up; one file tries' },
    { fault: 'NAS read-only', expected: 'waits', so: 'goes on when it can be written to' },
    { fault: 'NAS takes few connections', expected: 'unharmed', so: 'those that it takes are used' },
    {
      fault: 'NAS back after a hold',
      expected: 'retried',
      so: 'one file goes first, the others when it is there',
    },
    { fault: 'another place', expected: 'waits', so: "nothing is sent to a folder that is not the shop's" },
    { fault: 'NAS without fsync', expected: 'unharmed', so: 'said once in the receipt' },
    { fault: 'NAS loses its power', expected: 'unharmed', so: 'what was told as stored is there' },
    { fault: 'NAS cannot replace', expected: 'fails', so: 'said before anything is sent; the old file stays' },
    {
      fault: 'file held for a moment',
      expected: 'unharmed',
      so: 'by a virus scanner, or for want of a handle: asked again for some seconds, and nothing wrong is learnt of it',
    },
    {
      fault: 'server that only says it links',
      expected: 'unharmed',
      so: 'a second name counts when it is seen; the old file is kept by another way',
    },
    {
      fault: 'files read at once mixed up',
      expected: 'unharmed',
      so: 'a design that comes back wrong is read again, alone',
    },
    { fault: 'replaced file gone', expected: 'fails', so: 'the replacement stays, and is said to' },
    { fault: 'no write permission', expected: 'waits', so: 'the folder is named; its template alone is held' },
    { fault: 'folder missing', expected: 'unharmed', so: 'it is made' },
    { fault: 'folder of another NAS', expected: 'waits', so: 'which folder is not there is told, and which are' },
    {
      fault: 'another SFTP server behind the banner',
      expected: 'unharmed',
      so: 'what it does with a taken name is tried out first; no file is replaced',
    },
    { fault: 'rename done and refused', expected: 'unharmed', so: 'one name a file, however often it is refused' },
    { fault: 'names not given', expected: 'waits', so: 'told as that; no temporary file stays that may go' },
    { fault: 'files from before', expected: 'unharmed', so: 'their names are passed over at once' },
    { fault: 'host key of another type', expected: 'unharmed', so: 'the trusted key is asked for beside others' },
    { fault: 'no algorithm in common', expected: 'waits', so: 'what both sides have is told; old ones by choice' },
    { fault: 'keys changed', expected: 'retried', so: 'what breaks after it is a lost connection, not the sign-in' },
    { fault: 'password expired', expected: 'waits', so: 'the old one is offered once, and what the NAS says is shown' },
    {
      fault: 'slow sign-in',
      expected: 'waits',
      so: 'it has a minute and a half of its own; which step is slow is told',
    },
    {
      fault: 'NAS on another continent',
      expected: 'unharmed',
      so: 'each address of its name gets five seconds, not a quarter of one',
      cannot: 'no address that a test may use is so far away',
    },
    { fault: 'host key changed', expected: 'waits', so: 'nothing is sent; no retry helps, only trust' },
    {
      fault: 'NAS set up wrongly',
      expected: 'waits',
      so: 'no SFTP, no shell, an expired password: one sign-in, then its own words',
    },
    { fault: 'wrong password', expected: 'waits', so: 'tried once or twice, not for each file' },
  ],
  'Signing in': [
    { fault: 'key that cannot be used', expected: 'waits', so: 'told what it is; the NAS is not asked' },
    { fault: 'key with a passphrase', expected: 'waits', so: 'opened by it; the NAS never sees it' },
    { fault: 'key in an agent', expected: 'unharmed', so: 'signs in; five keys are tried at most' },
    { fault: 'one-time code', expected: 'waits', so: 'asked for once a connection, never guessed; one is kept open' },
    { fault: 'key and password', expected: 'waits', so: 'both are given, or what is missing is told' },
    { fault: 'certificate beside the key', expected: 'unharmed', so: 'signs in, as with ssh' },
    { fault: 'RSA by SHA-512 only', expected: 'unharmed', so: 'an RSA key signs in' },
  ],
  'This computer': [
    { fault: 'disk full', expected: 'waits', so: 'what was acknowledged is written all the same' },
    {
      fault: 'database damaged',
      expected: 'unharmed',
      so: 'set aside and made anew; what is stored is not sent twice',
    },
    {
      fault: 'catalog locked',
      expected: 'waits',
      so: 'by a backup program, a virus scanner or a database browser: said, and nothing is lost or sent twice',
    },
    { fault: 'this computer loses its power', expected: 'retried', so: 'what was accepted is known, and sent once' },
    { fault: 'file edited in the upload', expected: 'retried', so: 'read again; stored as it is now' },
    { fault: 'file removed', expected: 'fails', so: 'nothing of it on the NAS' },
    { fault: 'file still being written', expected: 'waits', so: 'read when it is complete' },
  ],
  Processes: [
    { fault: 'killed', expected: 'retried', so: 'any process, at any moment' },
    {
      fault: 'killed while it replaced',
      expected: 'retried',
      so: 'one file has the name, the old one is kept; half taken back is taken back whole',
    },
    {
      fault: 'killed while it withdrew',
      expected: 'retried',
      so: 'a file taken back for a colleague’s has one of its two names; its record is over, or holds',
    },
    {
      fault: 'imaging worker crashed',
      expected: 'fails',
      so: 'started again; a file that does it three times fails',
    },
    {
      fault: 'fault of ours',
      expected: 'waits',
      so: 'what it met says so and is tried again; no file that may be on the NAS ends by it',
    },
    { fault: 'no file descriptors', expected: 'waits', so: 'slower, and no failure' },
  ],
  System: [
    { fault: 'sleep', expected: 'retried', so: 'eight hours later it goes on' },
    {
      fault: 'suspend',
      expected: 'retried',
      so: 'goes on when the lid is opened',
      cannot: 'the machine of the tests would stop with it; "sleep" is what the engine sees of it',
    },
    { fault: 'clock moved', expected: 'unharmed', so: 'a day either way changes no wait' },
    { fault: 'logout', expected: 'retried', so: 'claims are released; the next start goes on' },
  ],
  Backend: [
    { fault: 'record answer lost', expected: 'retried', so: 'one record' },
    { fault: 'backend restarted', expected: 'retried', so: 'one record each' },
    {
      fault: 'record refused',
      expected: 'fails',
      so: 'the row names the design that is in the way; a retry sends the record again, not the file',
    },
    { fault: 'backend busy', expected: 'waits', so: '429 and 503: not sooner than Retry-After' },
    { fault: 'killed in a container', expected: 'retried', so: 'starts again, whoever has its process number now' },
    {
      fault: 'database falls silent',
      expected: 'retried',
      so: 'given up in time: stored once, nobody waits behind it',
    },
    { fault: 'backend unknown', expected: 'waits', so: 'nothing is sent; its fingerprint is told, to be compared' },
    { fault: 'backend changed', expected: 'waits', so: 'nothing is sent; both fingerprints are shown' },
    { fault: 'proxy refuses', expected: 'waits', so: '400 or 413 not in the words of a backend ends no record' },
    {
      fault: 'somebody in between',
      expected: 'fails',
      so: 'at pairing: the code proves the key, and gives no token away',
    },
    {
      fault: 'backend set back',
      expected: 'retried',
      so: 'to a backup, a dump or a copy: it is sent what it lacks; nothing comes back to life, nothing is there twice',
    },
    {
      fault: 'library half read',
      expected: 'waits',
      so: 'read on from where it was; nothing that the shop has is sent meanwhile, unless nobody answers',
    },
    { fault: 'library out of reach', expected: 'unharmed', so: 'compared with what is known here, and that is said' },
    { fault: 'service of this computer killed', expected: 'retried', so: 'the next records start it again' },
    {
      fault: 'records of this computer damaged',
      expected: 'retried',
      so: 'set aside with the date in its name, and filled again from what the catalog kept; said once',
    },
    { fault: 'backend made anew', expected: 'waits', so: 'it is paired, then sent the past by a person' },
    { fault: 'token refused', expected: 'waits', so: 'asked once; goes on with the next token' },
    { fault: 'key with another body', expected: 'fails', so: 'nothing of it is stored; a retry has a new key' },
    {
      fault: 'stored by both',
      expected: 'unharmed',
      so: 'while the service was away: one question for a batch; of two that are taken back at once, one stays',
    },
    {
      fault: 'offline for days',
      expected: 'retried',
      so: 'one record, even when the answers are forgotten',
    },
  ],
  Mockups: [
    { fault: 'design gone before its mockups', expected: 'fails', so: 'design-gone; those of other designs go on' },
    {
      fault: 'photo of a mockup gone',
      expected: 'fails',
      so: 'mockup-picture-gone, with its name; made by a retry once it is there again',
    },
    { fault: 'worker killed', expected: 'retried', so: 'with its database, too: one file and one row for each mockup' },
    { fault: 'NAS away from a worker', expected: 'waits', so: 'counted against no job; made when it answers' },
  ],
  Input: [
    { fault: 'bomb', expected: 'fails', so: 'too-many-pixels' },
    { fault: 'truncated', expected: 'fails', so: 'damaged-image' },
    { fault: 'empty', expected: 'fails', so: 'empty-file' },
    { fault: 'wrong extension', expected: 'fails', so: 'unsupported-format, or taken for what it is' },
    { fault: 'huge', expected: 'fails', so: '30000 x 30000: too-many-pixels' },
    { fault: 'CMYK', expected: 'unharmed', so: 'stored as it is' },
    { fault: '16-bit', expected: 'unharmed', so: 'stored as it is' },
    { fault: 'animated', expected: 'unharmed', so: 'stored as it is' },
    { fault: 'TIFF with layers', expected: 'unharmed', so: 'read without them, whatever their size' },
    { fault: 'odd tags and stray bytes', expected: 'unharmed', so: 'passed over; what is wrong with pixels is not' },
    {
      fault: 'extra channels',
      expected: 'unharmed',
      so: 'spot inks and saved selections are no transparency; a print file goes without them, which is said before',
    },
    { fault: 'kind that is not read', expected: 'fails', so: 'unread-kind: what it is, and as what to save it' },
    { fault: 'no resolution stated', expected: 'unharmed', so: 'none is told' },
    { fault: 'blank design', expected: 'unharmed', so: 'stored, with a warning; haze that nobody sees as well' },
    { fault: 'opaque ground', expected: 'unharmed', so: 'stored, with a warning, also where it has an alpha channel' },
    { fault: 'several pages', expected: 'unharmed', so: 'stored, with a warning that the first alone counts' },
    { fault: 'SVG with references', expected: 'fails', so: 'unsupported-format; nothing is followed' },
  ],
  Names: [
    { fault: 'reserved name', expected: 'unharmed', so: 'CON; nothing that Windows cannot open' },
    { fault: 'trailing dot or space', expected: 'unharmed', so: 'cut off' },
    {
      fault: 'NFC and NFD',
      expected: 'unharmed',
      so: 'one form on the NAS, the original in the record',
    },
    { fault: '255 bytes', expected: 'unharmed', so: 'cut between characters, the number kept' },
    { fault: 'emoji', expected: 'unharmed', so: 'kept' },
    { fault: 'RTL', expected: 'unharmed', so: 'kept, without what turns text around' },
    { fault: '../', expected: 'unharmed', so: "never leaves the shop's folder" },
  ],
  Races: [
    { fault: 'double drop', expected: 'unharmed', so: 'one upload' },
    { fault: 'two instances', expected: 'fails', so: 'the second is refused by name' },
    { fault: 'same number', expected: 'unharmed', so: 'two workstations take each number once' },
    {
      fault: 'same design',
      expected: 'unharmed',
      so: 'one workstation stores it, the other is told and skips it; no file replaces another',
    },
    { fault: 'cancel during the rename', expected: 'unharmed', so: 'done or cancelled, never neither' },
    { fault: 'in flight twice', expected: 'fails', so: 'conflict, at once' },
  ],
}
