import { z } from 'zod'
import { describeDetail } from '../texts/details-en.ts'
import { matchingPresetSchema } from './match.ts'
import { type PrintSize, printPixels } from './print-size.ts'

/** How the NAS's copy of a file is compared with what was sent: by its size; by reading it back; by `sha256sum`, run on the
 *  NAS, where it has a shell. */
export const VERIFY_POLICIES = ['size', 'read-back', 'remote-hash'] as const
export type VerifyPolicy = (typeof VERIFY_POLICIES)[number]

export const DEFAULT_CONNECTIONS = 2
export const MAX_CONNECTIONS = 10

/** How Galley signs in at the NAS. Passwords and passphrases are secrets of the host, never part of this. */
export const nasSchema = z.object({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65535),
  user: z.string().min(1),
  /** Folder on the NAS under which each shop has its own folder; absolute, without a trailing slash unless `/`. */
  root: z.string().startsWith('/'),
  /** Path of a private key file; without it the password is used, and the ssh-agent where none is kept. */
  identityFile: z.string().optional(),
  /** The ssh-agent is used though a password is kept. */
  useAgent: z.literal(true).optional(),
  /** Connections at most; `DEFAULT_CONNECTIONS` without. */
  maxConnections: z.number().int().min(1).max(MAX_CONNECTIONS).optional(),
  /** Without it `verifyPolicyFor` chooses. */
  verify: z.enum(VERIFY_POLICIES).optional(),
  /** Key exchanges by SHA-1 are offered too, for a NAS that has no others. */
  oldAlgorithms: z.boolean().optional(),
})
export type Nas = z.infer<typeof nasSchema>

/** Where the shop does not say how, files up to this size are read back; of larger ones the size is compared. */
const READ_BACK_BYTES = 64 * 1024 * 1024

export function verifyPolicyFor({ verify }: Pick<Nas, 'verify'>, sizeBytes: number): VerifyPolicy {
  return verify ?? (sizeBytes <= READ_BACK_BYTES ? 'read-back' : 'size')
}

/** SHA-256 of a public key, as OpenSSH writes it. */
export const fingerprintSchema = z.string().startsWith('SHA256:')

/** A server's host key as it was trusted: OpenSSH's `SHA256:...` fingerprint. */
export interface PinnedHostKey {
  readonly host: string
  readonly port: number
  readonly fingerprint: string
  readonly trustedAt: number
}

export const FITS = ['stretch', 'contain', 'canvas'] as const

/** What a person calls a shop or a template; folders and files on the NAS are named after it. */
export const nameSchema = z
  .string()
  .trim()
  .regex(/[\p{L}\p{N}]/u, describeDetail({ says: 'name-without-letters' }))

/** What is done to a design before it is sent, beside bringing it to its printed size as the template's fit says. */
export const preparationSchema = z.object({
  /** The transparent margin is cut off first. */
  trim: z.boolean(),
  /** Turned by 90 degrees where the design lies and the print stands, or the other way round. */
  rotate: z.boolean(),
  /** Enlarging by more than this is worth a warning. */
  maxEnlargement: z.number().min(1),
})
export type Preparation = z.infer<typeof preparationSchema>

export const DEFAULT_MAX_ENLARGEMENT = 1.5
/** Of a prepared file. */
export const MAX_PRINT_PIXELS = 1e8

const printShape = {
  widthInches: z.number().positive(),
  heightInches: z.number().positive(),
  dpi: z.number().int().positive(),
  fit: z.enum(FITS),
  /** Without it files are sent as they were dropped. */
  preparation: preparationSchema.optional(),
}
export const printSchema = z.object(printShape)
/** How a template's designs are printed. */
export type Print = z.infer<typeof printSchema>

/** Can files of this size be made? */
export function isPreparable(print: PrintSize): boolean {
  const { width, height } = printPixels(print)
  return width * height <= MAX_PRINT_PIXELS
}

/** As long as records can say. */
export const MAX_TEMPLATE_NAME = 200

const ruleShape = {
  name: nameSchema.max(MAX_TEMPLATE_NAME),
  ...printShape,
  /** File name without extension; `{number}`, and `{template}` by its code, are filled in. */
  namePattern: z.string().includes('{number}'),
}
/** What of a template may be changed. */
export const templateRulesSchema = z.object(ruleShape)
export type TemplateRules = z.infer<typeof templateRulesSchema>

/** A product: how large it is printed and how its files are named. */
export const templateSchema = z
  .object({ id: z.string(), shopId: z.string(), ...ruleShape })
  .refine((template) => template.preparation === undefined || isPreparable(template), {
    message: describeDetail({ says: 'print-too-large', pixels: MAX_PRINT_PIXELS }),
    path: ['dpi'],
  })
export type Template = z.infer<typeof templateSchema>

export const DEFAULT_NAME_PATTERN = 'UV {number} {template}_{number}'

/** A service's address, without a user or a password in it: catalog, copies and logs have it, and secrets have a place of
 *  their own. */
export const backendUrlSchema = z.url({ protocol: /^https?$/ }).refine(
  (text) => {
    const url = URL.parse(text)
    return url !== null && url.username === '' && url.password === ''
  },
  { message: 'a user or a password stands in it' },
)

export const shopSchema = z.object({
  id: z.string(),
  name: nameSchema,
  /** The practice shop lives on this computer, its data apart from real shops'. */
  kind: z.enum(['real', 'practice']),
  nas: nasSchema.nullable(),
  /** Without one this computer keeps the shop's records. */
  backendUrl: backendUrlSchema.nullable(),
  /** Of the backend's key, where it was trusted by it and not by an authority's certificate. */
  backendFingerprint: fingerprintSchema.optional(),
  /** `DEFAULT_MATCHING` without. */
  matching: matchingPresetSchema.optional(),
})
export type Shop = z.infer<typeof shopSchema>

/** Are its records kept by this computer, and by no service that other computers use too? */
export function keepsRecordsHere({ kind, backendUrl }: Pick<Shop, 'kind' | 'backendUrl'>): boolean {
  return kind === 'practice' || backendUrl === null
}

/** What a host keeps for a shop; see `EngineHost.secret`. */
export const SECRET_KINDS = ['nas-password', 'nas-passphrase', 'backend-token'] as const
export type SecretKind = (typeof SECRET_KINDS)[number]
/** Secrets that were typed; one that is missing stays as it is kept. */
export type TypedSecrets = Partial<Record<SecretKind, string>>
