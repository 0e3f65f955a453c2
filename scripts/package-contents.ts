/** Everything of ours that an installed Galley has. `*` stands for what a build names by its content. */
const OWN_FILES = [
  'package.json',
  'out/main/index.js',
  'out/main/engine.js',
  'out/main/imaging.js',
  'out/main/transfer.js',
  'out/main/copy.js',
  'out/main/records.js',
  'out/main/practice.js',
  'out/main/embedded-worker.js',
  'out/main/chunks/*.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/renderer/assets/*.js',
  'out/renderer/assets/*.css',
  'out/renderer/assets/*.woff2',
  'resources/icon.png',
  'resources/tray/*.png',
] as const

/** Every package that it has, with what they need. One that is new is added here knowingly. */
const PACKAGES: ReadonlySet<string> = new Set(
  `@electric-sql/pglite @fastify/ajv-compiler @fastify/deepmerge @fastify/error
  @fastify/fast-json-stringify-compiler @fastify/forwarded @fastify/merge-json-schemas @fastify/proxy-addr
  @fastify/rate-limit @fastify/swagger @img/colour @img/sharp-libvips-linux-x64 @img/sharp-linux-x64 @lukeed/ms
  @opentelemetry/api @peculiar/asn1-asym-key @peculiar/asn1-cms @peculiar/asn1-csr @peculiar/asn1-ecc
  @peculiar/asn1-pfx @peculiar/asn1-pkcs8 @peculiar/asn1-pkcs9 @peculiar/asn1-rsa @peculiar/asn1-schema
  @peculiar/asn1-x509 @peculiar/asn1-x509-attr @peculiar/asn1-x509-post-quantum @peculiar/utils @peculiar/x509
  @pinojs/redact abstract-logging ajv ajv-formats asn1 asn1js atomic-sleep avvio bcrypt-pbkdf better-sqlite3
  blockhash-core buffer-from concat-stream cookie cron-parser debug dequal detect-libc fast-decode-uri-component
  fast-deep-equal fast-json-stringify fast-querystring fast-uri fastify fastify-plugin fastify-type-provider-zod
  fastq find-my-way inherits ip-address ipaddr.js json-schema-ref-resolver json-schema-resolver json-schema-traverse
  kysely light-my-request luxon ms non-error on-exit-leak-free openapi-types pg pg-boss pg-cloudflare
  pg-connection-string pg-int8 pg-pool pg-protocol pg-types pgpass pino pino-abstract-transport pino-std-serializers
  postgres-array postgres-bytea postgres-date postgres-interval process-warning pvtsutils pvutils
  quick-format-unescaped readable-stream real-require reflect-metadata require-from-string ret reusify rfdc
  rotating-file-stream rrule-temporal safe-buffer safe-regex2 safe-stable-stringify safer-buffer secure-json-parse
  semver serialize-error set-cookie-parser sharp sonic-boom split2 ssh2 ssh2-sftp-client string_decoder tagged-tag
  temporal-spec thread-stream toad-cache tslib tsyringe tweetnacl type-fest typedarray util-deprecate xtend
  yaml zod`.split(/\s+/),
)

/** What a package may consist of: code, data and licences; no sources, tests, headers or documents. */
const PACKAGE_FILE = /(\.(js|cjs|mjs|json|node|wasm|data|bnf)|\.so\.[\d.]+|(^|\/)licen[cs]e(-[\w.]+)?)$/i
const PACKAGE_FOLDER_NOT = /\/(test|tests|__tests__|benchmark|benchmarks|docs|examples)\//

/** Native code, and what it loads beside itself: the only files that lie outside the archive. */
const UNPACKED_PACKAGES = ['better-sqlite3', '@img/colour', '@img/sharp-linux-x64', '@img/sharp-libvips-linux-x64']

export interface PackageFaults {
  /** Files that nothing allows, and packages that nothing names. */
  readonly unexpected: readonly string[]
  /** What the list names and the package lacks. */
  readonly missing: readonly string[]
}

/** Holds a packed app for Linux on x64 to the exact list. `unpacked`: the files of the archive that lie beside it. */
export function judgeContents(files: readonly string[], unpacked: readonly string[]): PackageFaults {
  const own = OWN_FILES.map((pattern) => ({ pattern, matches: toExpression(pattern) }))
  const found = new Set(files.map(packageOf).filter((name) => name !== null))
  return {
    unexpected: [
      ...files.filter((file) => {
        const name = packageOf(file)
        if (name === null) return !own.some(({ matches }) => matches.test(file))
        return !PACKAGES.has(name) || !PACKAGE_FILE.test(file) || PACKAGE_FOLDER_NOT.test(file)
      }),
      ...unpacked
        .filter((file) => !UNPACKED_PACKAGES.includes(packageOf(file) ?? ''))
        .map((file) => `${file} (unpacked)`),
    ],
    missing: [
      ...own.filter(({ matches }) => !files.some((file) => matches.test(file))).map(({ pattern }) => pattern),
      ...[...PACKAGES].filter((name) => !found.has(name)),
    ],
  }
}

function packageOf(file: string): string | null {
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? null
}

function toExpression(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replace('*', '[\\w.@-]+')}$`)
}
