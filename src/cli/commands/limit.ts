import { orEnd } from '../cli-error.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printJson } from '../json-output.ts'
import { describeLimit, formatTimetable, parseLimits } from '../speed-limit-format.ts'
import { type CommonOptions, withEngine } from './with-engine.ts'

/** `galley limit [RATE|off|TIMETABLE]`: sets how fast uploads may go if it is told, and says how fast they may. */
export async function limit(words: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const wanted = words.length === 0 ? null : parseLimits(words)
  return withEngine(options, async ({ session }) => {
    const engine = session.engine()
    if (wanted !== null) orEnd(await engine.call('limitSpeed', { timetable: wanted }))
    const { speedLimit } = orEnd(await engine.call('status', null))
    if (options.json) printJson({ type: 'limit', ...speedLimit })
    else {
      console.log(describeLimit(speedLimit))
      if (speedLimit.timetable.length > 1) console.log(formatTimetable(speedLimit.timetable))
    }
    return EXIT.ok
  })
}
