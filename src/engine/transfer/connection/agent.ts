import { connect } from 'node:net'
import ssh2, { type OpenSSHAgent, type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2'
import { failure } from '../../../shared/domain/failure.ts'
import { fail, ok, type Result } from '../../../shared/domain/result.ts'

/** More keys than this are not tried: a server ends the connection at its sixth refusal, and some ban for fewer. */
const MAX_KEYS = 5
/** For each answer: somebody may have to confirm it, or touch a key. */
const ANSWER_MS = 20_000

/** A key that an ssh-agent keeps and signs with. */
export interface AgentKey {
  readonly key: ParsedKey
  readonly keeper: OpenSSHAgent
}

/** The first keys of the ssh-agent that listens at `path`, a socket or a Windows pipe; `key-unusable` when it does not
 *  answer or has none. */
export function agentKeys(path: string): Promise<Result<AgentKey[]>> {
  const keeper = new PatientAgent(path)
  return new Promise((resolve) => {
    keeper.getIdentities((error, keys = []) => {
      if (error) return resolve(fail(failure('key-unusable', { says: 'at', path, what: { says: 'agent-silent' } })))
      const usable = keys.filter((key) => 'getPublicSSH' in key)
      if (usable.length === 0) return resolve(fail(failure('key-unusable', { says: 'agent-empty' })))
      resolve(ok(usable.slice(0, MAX_KEYS).map((key) => ({ key, keeper }))))
    })
  })
}

/** ssh2's own waits for ever for an agent that says nothing. */
class PatientAgent extends ssh2.OpenSSHAgent {
  readonly #path: string

  constructor(path: string) {
    super(path)
    this.#path = path
  }

  override getStream(answer: (error?: Error | null, stream?: ReturnType<typeof connect>) => void): void {
    const socket = connect(this.#path)
    socket.setTimeout(ANSWER_MS, () => socket.destroy())
    socket.once('error', answer).once('connect', () => answer(null, socket))
  }
}

/** One key of an agent, as ssh2 takes it. */
export class OneKeyAgent extends ssh2.BaseAgent {
  hasSigned = false
  readonly #key: AgentKey

  constructor(key: AgentKey) {
    super()
    this.#key = key
  }

  override getIdentities(answer: (error: undefined, keys: ParsedKey[]) => void): void {
    answer(undefined, [this.#key.key])
  }

  override sign(_key: unknown, data: Buffer, how: SigningRequestOptions | SignCallback, then?: SignCallback): void {
    const [options, answer] = typeof how === 'function' ? [{}, how] : [how, then]
    this.#key.keeper.sign(this.#key.key, data, options, (error, signature) => {
      this.hasSigned = !error
      answer?.(error, signature)
    })
  }
}
