/** The file of the embedded database's thread, for the process whose entry is at `entryUrl`: in the sources it stands
 *  here, in a bundle beside the entry under the same name. */
export function embeddedWorkerEntry(entryUrl: string): URL {
  return entryUrl.endsWith('.ts')
    ? new URL('embedded-worker.ts', import.meta.url)
    : new URL('embedded-worker.js', entryUrl)
}
