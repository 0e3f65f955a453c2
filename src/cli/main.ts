import { Command, Option } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { PRIORITIES } from '../shared/domain/batch.ts'
import { decisionSchema, MATCHING_PRESETS } from '../shared/domain/match.ts'
import { BLENDS } from '../shared/domain/mockup.ts'
import { FITS, MAX_CONNECTIONS, VERIFY_POLICIES } from '../shared/domain/shop.ts'
import { KEPT_TEMPLATES } from '../shared/domain/template.ts'
import { CliError } from './cli-error.ts'
import { untilUnread } from './closed-output.ts'
import { catalogRebuildIndex, catalogStats, catalogVerify } from './commands/catalog.ts'
import { catalogImport } from './commands/catalog-import.ts'
import { hash } from './commands/hash.ts'
import { limit } from './commands/limit.ts'
import { doctor, receipt, status } from './commands/look.ts'
import { match } from './commands/match.ts'
import { addMockup, checkMockups, listMockups, renderMockup } from './commands/mockup.ts'
import { mockups } from './commands/mockups.ts'
import { nasList, nasMakeFolder } from './commands/nas.ts'
import { nasPlace } from './commands/nas-place.ts'
import { pair } from './commands/pair.ts'
import { resendRecords } from './commands/records.ts'
import { restore } from './commands/restore.ts'
import { resume } from './commands/resume.ts'
import { type ReviewOptions, review } from './commands/review.ts'
import { dropTakenBack, TWIN_DECISIONS } from './commands/review-twins.ts'
import { listDecided, undoDecided } from './commands/review-undo.ts'
import { addShop } from './commands/shop.ts'
import { addTemplate, editTemplate, listTemplates, settleTemplate } from './commands/template.ts'
import { upload } from './commands/upload.ts'
import { defaultDataDir } from './data-dir.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { printJson } from './json-output.ts'
import { printable } from './printable.ts'
import { speechFor } from './speech.ts'

const unread = untilUnread([process.stdout, process.stderr])
const program = new Command('galley')
  .description('Uploads designs to the NAS of a print-on-demand shop, verified, with their records.')
  .version(packageJson.version, '--version', 'print the version')
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    'after',
    `
To begin: galley upload designs/ --nas sftp://me@nas.local/volume1/designs --trust-on-first-use
This computer then keeps the shop's records; where a team's backend does, give --backend and --token-file, or pair.
What was given once is remembered. galley help COMMAND tells all options of a command.
Exit codes: 0 all well, 1 a fault, 2 usage, 3 some files failed or wait.`,
  )
  .exitOverride()

const command = (name: string, description: string, parent = program): Command =>
  parent.command(name).description(description).option('--json', 'one JSON object a line', false)

/** A command on what Galley keeps. */
const dataCommand = (name: string, description: string, parent = program): Command =>
  command(name, description, parent).option(
    '--data-dir <folder>',
    "Galley's data folder",
    defaultDataDir(process.platform, process.env),
  )

const secretFiles = (to: Command): Command =>
  to
    .option('--password-file <file>', 'file whose first line is the password for the NAS')
    .option('--passphrase-file <file>', "file whose first line is the passphrase of the NAS's private key")
    .option('--token-file <file>', 'file whose first line is the token for the backend')

const hostKeyOptions = (to: Command): Command =>
  to
    .option('--host-key <fingerprint>', "the NAS's fingerprint, SHA256:...")
    .option('--trust-on-first-use', 'trust a NAS that was never seen before')

const oldAlgorithms = (note: string): Option =>
  new Option('--old-algorithms <choice>', `key exchanges by SHA-1 too, for an old NAS${note}`).choices(['on', 'off'])

/** Where a shop's NAS and backend are, and how to sign in there. */
const shopAccess = (to: Command): Command =>
  hostKeyOptions(secretFiles(to))
    .option('--nas <url>', 'sftp://user@host:port/folder; remembered')
    .option('--identity <file>', "private key for the NAS; without it and a password, the ssh-agent's keys")
    .option('--connections <n>', `connections to the NAS at most, 1 to ${MAX_CONNECTIONS}; remembered`)
    .addOption(
      new Option('--verify <how>', 'how stored files are compared with what was sent; remembered').choices([
        'automatic',
        ...VERIFY_POLICIES,
      ]),
    )
    .addOption(oldAlgorithms('; remembered'))
    .addOption(
      new Option('--matching <preset>', 'how much has to agree before a person is asked; remembered').choices(
        MATCHING_PRESETS,
      ),
    )
    .option('--backend <url>', "the backend's address; remembered")
    .option('--backend-key <fingerprint>', "the backend's fingerprint, SHA256:..., where no authority vouches for it")

/** For which template files are, and what is done about duplicates. */
const dropOptions = (to: Command): Command =>
  to
    .option('--shop <name>', 'the shop, when there are several')
    .option('--template <name>', 'the template, when there are several')
    .addOption(
      new Option('--on-duplicate <what>', 'files and pictures that are equal')
        .choices(['skip', 'keep', 'ask'])
        .default('skip'),
    )
    .addOption(
      new Option('--on-similar <what>', 'what resembles a design')
        .choices(['review', 'keep', 'skip'])
        .default('review'),
    )

/** How a template's designs are printed. */
const printOptions = (to: Command): Command =>
  to
    .option('--print <size>', "the template's printed size in inches, with its dpi: 9.5x4.33@300; remembered")
    .addOption(new Option('--fit <how>', 'how a design is brought to that size; remembered').choices(FITS))
    .option('--prepare <steps>', 'what is done to designs before they are sent: off, or resize,trim,rotate; remembered')
    .option('--max-enlargement <factor>', 'enlarging by more than this is warned of; remembered')

const reviewOrUndo = (options: ReviewOptions): Promise<ExitCode> => {
  if (options.undo === true) return undoDecided(options)
  if (options.dropTakenBack === true) return dropTakenBack(options)
  return options.decided === true ? listDecided(options) : review(options)
}

let exitCode: ExitCode = EXIT.ok
let speech = speechFor({ json: process.argv.includes('--json') }, process.env)
program.hook('preAction', (_program, command) => {
  speech = speechFor(command.opts(), process.env)
  command.setOptionValue('speech', speech)
})
const finish = async (work: Promise<ExitCode>): Promise<void> => {
  exitCode = await work
}

printOptions(
  dropOptions(shopAccess(dataCommand('upload', 'upload files and folders as one batch').argument('<paths...>'))),
)
  .addOption(new Option('--priority <which>', 'before or after other batches').choices(PRIORITIES).default('normal'))
  .option('--follow-links', 'take in, too, what links in a dropped folder lead to outside of it', false)
  .action((paths, options) => finish(upload(paths, options)))

const shop = program.command('shop').description('the shops of this computer')

printOptions(shopAccess(dataCommand('add', 'make a shop known, with its NAS and a template', shop)))
  .option('--shop <name>', 'its name')
  .option('--template <name>', "the template's name")
  .addHelpText('after', "\nWithout --backend this computer keeps the shop's records.")
  .action((options) => finish(addShop(options)))

const template = program.command('template').description("the shop's templates, which all its workstations have")

/** On what all workstations of a shop have. */
const shopCommand = (name: string, description: string, parent: Command): Command =>
  dataCommand(name, description, parent)
    .option('--shop <name>', 'the shop, when there are several')
    .option('--token-file <file>', "file whose first line is the backend's token")

const templateCommand = (name: string, description: string): Command => shopCommand(name, description, template)

const namePattern = (to: Command): Command =>
  to.option('--names <pattern>', "how files are named: 'UV {number} {template}_{number}', {template} being its code")

templateCommand('list', 'show them, with their revisions').action((options) => finish(listTemplates(options)))

namePattern(printOptions(templateCommand('add', 'make one more').argument('<name>')))
  .option('--code <code>', 'what records and file names call it, by default its name; it stays')
  .action((name, options) => finish(addTemplate(name, options)))

namePattern(printOptions(templateCommand('edit', 'change one').argument('<name>')))
  .option('--rename <name>', 'another name; its code and its folder stay')
  .option(
    '--revision <n>',
    'the revision that you saw; where it is another by now nothing is changed, and both are shown',
  )
  .action((name, options) => finish(editTemplate(name, options)))

templateCommand('settle', "say which holds where a template here is not as the shop's of that name or folder")
  .argument('<name>')
  .addOption(
    new Option('--keep <which>', 'code and folder are those of the shop in either case').choices(KEPT_TEMPLATES),
  )
  .action((name, options) => finish(settleTemplate(name, options)))

const mockup = program.command('mockup').description("photos on which the shop's designs are shown")

const mockupCommand = (name: string, description: string): Command => shopCommand(name, description, mockup)

mockupCommand('list', 'show them, with their revisions').action((options) => finish(listMockups(options)))

mockupCommand('add', 'make one: a photo, and where on it a design of the template lies')
  .argument('<name>')
  .option('--template <name>', 'the template, when there are several')
  .requiredOption('--photo <file>', 'up to 50 million pixels')
  .option(
    '--quad <points>',
    "the design's corners, clockwise from its top left one: 'x,y x,y x,y x,y' in pixels of the photo",
  )
  .option('--mesh <points>', 'the 4 x 4 control points of a bent surface, row by row, in the same way')
  .option('--rectangle <box>', "where it lies flat: 'left,top,width,height'")
  .option('--placements <file>', 'several of them, as JSON; see docs/mockups.md')
  .option('--mask <file>', 'as large as the photo; where it is black or transparent, nothing of the design is seen')
  .addOption(new Option('--blend <how>', 'how the design mixes with the photo').choices(BLENDS).default('normal'))
  .option('--opacity <share>', '0 to 1', '1')
  .option('--shading <share>', "how much of the photo's light and shadow falls on the design, 0 to 1", '0')
  .option('--displacement <pixels>', "how far the photo's folds move the design: 'across,down'")
  .option('--watermark <file>', 'a picture laid over all of it')
  .option('--quality <n>', "the JPEG's, 1 to 100", '90')
  .option('--rank <n>', 'where it stands among those of its template', '1')
  .option('--revision <n>', 'change the one of this name whose revision you saw')
  .action((name, options) => finish(addMockup(name, options)))

mockupCommand('check', 'tell of each whether it can be drawn').action((options) => finish(checkMockups(options)))

mockupCommand('render', 'draw a picture on one')
  .argument('<mockup>', 'its name, or its id')
  .argument('<file>', 'the picture')
  .requiredOption('--to <file>', 'the JPEG that is written, over what is there')
  .action((name, file, options) => finish(renderMockup(name, file, options)))

shopCommand('mockups', 'show how far the mockups of designs are, newest first', program)
  .argument('[number]', 'of one design')
  .option('--template <name>', 'of this template')
  .option('--failed', 'only those that failed', false)
  .option('--retry', 'begin those anew that failed', false)
  .action((number, options) => finish(mockups(number, options)))

shopAccess(dataCommand('resume', 'go on with everything that has not ended'))
  .option('--shop <name>', 'the shop to correct, when work waits for several')
  .addOption(new Option('--on-similar <what>', 'what is held for review').choices(['keep', 'skip']))
  .action((options) => finish(resume(options)))

secretFiles(dataCommand('restore', 'bring designs back from the NAS'))
  .requiredOption('--to <folder>', 'where they go; made if missing')
  .option('--shop <name>', 'the shop; needed when there are several')
  .option('--template <name>', 'only designs of this template')
  .option('--number <numbers...>', 'only designs with these numbers')
  .action((options) => finish(restore(options)))

dropOptions(dataCommand('match', 'tell what would become of files and folders, and change nothing'))
  .argument('<paths...>')
  .action((paths, options) => finish(match(paths, options)))

command('hash', 'print the hashes of files and folders')
  .argument('<paths...>')
  .action((paths, options) => finish(hash(paths, { ...options, unread })))

dataCommand('status', 'show the batches').action((options) => finish(status(options)))

dataCommand('review', 'show what waits for a decision, or decide')
  .addOption(
    new Option('--decide <what>', 'what becomes of it; what is kept is uploaded at once').choices([
      ...decisionSchema.options,
      ...Object.keys(TWIN_DECISIONS),
    ]),
  )
  .addOption(new Option('--decided', 'show what was decided and can be taken back').conflicts(['decide', 'undo']))
  .addOption(
    new Option('--undo', 'take back what was decided in the last batch; what it replaced is there again').conflicts(
      'decide',
    ),
  )
  .addOption(
    new Option(
      '--drop-taken-back',
      'drop files that were taken back before their week is over, for room on the NAS',
    ).conflicts(['decide', 'decided', 'undo']),
  )
  .option('--number <numbers...>', 'only the questions, or with --undo the decisions, with these numbers; else all')
  .action((options) => finish(reviewOrUndo(options)))

dataCommand('limit', 'show or set how fast uploads may go')
  .argument('[limits...]', '512K, 2M or off, or a timetable: 08:00,512K 19:00,off (or paused)')
  .action((limits, options) => finish(limit(limits, options)))

dataCommand('receipt', 'print what became of each file of a batch')
  .argument('<batch>')
  .addOption(new Option('--format <format>', 'csv or json').choices(['csv', 'json']).default('csv'))
  .action((batchId, options) => finish(receipt(batchId, options)))

const catalog = program.command('catalog').description("look after the shop's library on this computer")

shopAccess(dataCommand('import', 'make the designs of a folder known, to be found as duplicates', catalog))
  .argument('<folder>', 'such as a mounted share of the NAS')
  .option('--shop <name>', 'the shop; remembered')
  .option('--template <name>', 'the template; remembered')
  .option('--remote <folder>', 'where that folder lies on the NAS, so that restore can bring its designs back')
  .addHelpText(
    'after',
    `
Numbers in file names of the template's pattern are never given again. Files that were
imported before and have not changed are not read again, unless an older Galley hashed them
otherwise. With --remote, files that have such a number get records: the shop's other
workstations know them without reading the folder, and do not read it meanwhile.
NAS and backend are given for a shop that is not known yet.`,
  )
  .action((folder, options) => finish(catalogImport(folder, options)))

dataCommand('stats', 'tell how much the catalog holds', catalog).action((options) => finish(catalogStats(options)))

dataCommand('verify', 'compare the database with itself, and the index with the database', catalog).action((options) =>
  finish(catalogVerify(options)),
)

dataCommand('rebuild-index', 'make the index anew from the database', catalog).action((options) =>
  finish(catalogRebuildIndex(options)),
)

const records = program.command('records').description("the shop's records at its backend")

dataCommand('resend', 'send the backend what it lacks of all that this computer knows of the shop', records)
  .option('--shop <name>', 'the shop; needed when there are several')
  .option('--token-file <file>', "file whose first line is the backend's token")
  .addHelpText(
    'after',
    `
By itself this is done whenever a backend was set back to an earlier state. By hand it is for
a backend that was made anew: pair it first.`,
  )
  .action((options) => finish(resendRecords(options)))

const nas = program.command('nas').description('look at the folders of a NAS, and make some')

/** A NAS that is looked at: the shop's, or one that is no shop's yet. */
const nasCommand = (name: string, description: string): Command =>
  hostKeyOptions(dataCommand(name, description, nas))
    .option('--shop <name>', 'the shop, when there are several')
    .option('--nas <url>', 'another NAS than the shop has: sftp://user@host:port/folder; not remembered')
    .option('--identity <file>', 'private key for the NAS')
    .addOption(oldAlgorithms(''))
    .option('--password-file <file>', 'file whose first line is the password for the NAS')
    .option('--passphrase-file <file>', "file whose first line is the passphrase of the NAS's private key")

nasCommand('ls', 'list a folder: what may be written there, free space, files that Galley did not store')
  .argument('[path]', "absolute, or below where the sign-in begins; by default the shop's folder")
  .action((path, options) => finish(nasList(path, options)))

nasCommand('mkdir', 'make a folder, and those above it that are missing')
  .argument('<path>', 'absolute')
  .action((path, options) => finish(nasMakeFolder(path, options)))

dataCommand('place', "show where the shop's designs lie, and say what folder this is", nas)
  .option('--shop <name>', 'the shop; needed when there are several')
  .addOption(new Option('--further', 'the folder on the NAS is one more place of the shop').conflicts('same'))
  .option('--same <id>', 'it is the place with this id, and the folder .galley-place was lost')
  .option('--password-file <file>', 'file whose first line is the password for the NAS')
  .option('--passphrase-file <file>', "file whose first line is the passphrase of the NAS's private key")
  .option('--token-file <file>', "file whose first line is the backend's token")
  .addHelpText(
    'after',
    `
A shop with a backend knows the folder of its designs by the folder .galley-place in it,
which the first workstation makes. Every workstation comes to it in its own way. Once it
has, nothing is sent to a folder that is another one until a person says so here.`,
  )
  .action((options) => finish(nasPlace(options)))

dataCommand('pair', 'make this computer a workstation of the shop whose service made the code')
  .argument('<address>', "the service's, as `backend pair` told it")
  .argument('<code>', 'valid once, for ten minutes')
  .option('--shop <name>', 'what the shop is called here, if not as there')
  .option('--device <name>', "what this computer is called there, by default its host's name")
  .action((address, code, options) => finish(pair(address, code, options)))

dataCommand('doctor', 'check what Galley runs on, NAS and backend').action((options) => finish(doctor(options)))

try {
  await program.parseAsync()
} catch (error) {
  exitCode = report(error)
}
process.exitCode = exitCode

function report(error: unknown): ExitCode {
  if (error instanceof CliError) {
    if (process.argv.includes('--json')) printJson({ type: 'error', code: error.code, message: error.message })
    console.error(printable(error.say(speech)))
    return error.exitCode
  }
  // commander has said what is wrong; asking for help is no mistake.
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  console.error(error)
  return EXIT.fault
}
