import type { FlowWindow } from './flow-window.ts'
import type { SftpRequests } from './sftp-requests.ts'
import type { Shell } from './shell.ts'

/** One SFTP channel of a connection. The NAS serves each by a process of its own, one request after another. */
export interface Channel {
  readonly sftp: SftpRequests
  /** Shared by all channels of the connection. */
  readonly window: FlowWindow
  /** Of the connection. */
  readonly shell: Shell
}

/** Work that a channel carries before another is opened beside it: one large file, or a few small ones. */
const CHANNEL_LOAD = 4
const MAX_CHANNELS = 4

/** The channels of one connection. */
export interface Channels {
  /** Does the work on the channel that carries least. */
  use<T>(weight: number, work: (channel: Channel) => Promise<T>): Promise<T>
}

/** Begins with one channel and opens more as there is work for them, until the server refuses one: while one of its
 *  processes waits for the disk, another goes on. `open` answers null when it is refused. */
export function createChannels(first: Channel, open: () => Promise<Channel | null>): Channels {
  const members = [{ channel: first, load: 0 }]
  let load = 0
  let mayGrow = true

  const grow = async (): Promise<void> => {
    const wanted = Math.min(MAX_CHANNELS, Math.ceil(load / CHANNEL_LOAD))
    if (!mayGrow || members.length >= wanted) return
    mayGrow = false
    const channel = await open()
    if (channel === null) return
    members.push({ channel, load: 0 })
    mayGrow = true
    void grow()
  }

  return {
    async use(weight, work) {
      const member = members.reduce((least, other) => (other.load < least.load ? other : least))
      member.load += weight
      load += weight
      void grow()
      try {
        return await work(member.channel)
      } finally {
        member.load -= weight
        load -= weight
      }
    },
  }
}
