import { z } from 'zod'
import { backendUrlSchema, fingerprintSchema } from '../domain/shop.ts'

/** What `backend pair` prints. */
const printedSchema = z.object({
  code: z.string(),
  addresses: z.array(backendUrlSchema),
  fingerprint: fingerprintSchema.optional(),
})

/** What a person gave of it. */
interface PairingLine {
  readonly urls: readonly string[]
  /** Empty when there is none. */
  readonly code: string
  readonly fingerprint?: string
}

/** Reads the whole line as it was printed, or its parts as somebody typed them, in any order. */
export function readPairingLine(text: string): PairingLine {
  const printed = printedSchema.safeParse(parseJson(text))
  if (printed.success) {
    const { addresses: urls, code, fingerprint } = printed.data
    return { urls, code, ...(fingerprint === undefined ? {} : { fingerprint }) }
  }
  const words = text.split(/[\s,;"']+/)
  const urls = words.filter((word) => backendUrlSchema.safeParse(word).success)
  const fingerprint = words.find((word) => fingerprintSchema.safeParse(word).success)
  const code = words.filter((word) => word !== fingerprint && !urls.includes(word)).join(' ')
  return { urls, code: code.trim(), ...(fingerprint === undefined ? {} : { fingerprint }) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
