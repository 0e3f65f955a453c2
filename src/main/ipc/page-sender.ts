import { isPageUrl } from '../windows/app-url.ts'

/** What an IPC call says of the frame that it comes from, as much of it as is looked at. */
export interface Sender {
  readonly sender: { readonly id: number }
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null
}

/** Did our own page, the top frame of our own window, make this call? */
export function isFromPage({ sender, senderFrame }: Sender, windowContentsId: number | undefined): boolean {
  return (
    sender.id === windowContentsId && senderFrame !== null && senderFrame.parent === null && isPageUrl(senderFrame.url)
  )
}
