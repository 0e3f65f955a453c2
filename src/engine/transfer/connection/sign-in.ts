import type { AnyAuthMethod, AuthenticationType, ConnectConfig, Prompt } from 'ssh2'
import type { ProofName } from '../../../shared/domain/detail.ts'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { OneKeyAgent } from './agent.ts'
import { CertificateAgent, withSha512 } from './certificate.ts'
import type { Proofs } from './identity.ts'

export interface SignInOptions {
  readonly user: string
  readonly proofs: Proofs
  /** The client that signs in. */
  readonly client: object
  /** The sign-in ends here, and this is why. */
  onRefused(because: Failure): void
}

/** One way to prove who signs in. */
interface Step {
  /** What it proves it by. */
  readonly name: ProofName
  readonly method: AnyAuthMethod
  /** Of an agent: it was asked to sign, which a server wants of a key that it takes. */
  hasSigned?(): boolean
}

/** Chooses the next way to sign in by what the NAS offers: the keys, then what it asks in its own words, then the
 *  password. Password and code are sent once: a NAS counts each wrong try, and locks out. */
export function createSignIn(options: SignInOptions): NonNullable<ConnectConfig['authHandler']> {
  const { user: username, proofs, onRefused } = options
  const { password, code } = proofs
  const keys = keySteps(options)
  const unsent = { password, code }
  const ask: Step = { name: 'none', method: { type: 'none', username } }
  let last: Step | null = null
  let offered: readonly AuthenticationType[] = []
  /** What the NAS took, when it wants more. */
  let taken: ProofName | null = null
  /** Password or code were sent, and the NAS has not said what it thinks of them. */
  let isAnswered = false
  let wasInteractive = false

  /** The password answers only what asks for one: the first prompt of all, without echo. Whatever else is asked is a
   *  one-time code; the words of a prompt are for a person, and in any language. */
  const answersTo = (prompts: readonly Prompt[], isFirstRound: boolean): string[] | null => {
    const answers: string[] = []
    for (const [index, { echo }] of prompts.entries()) {
      const isForPassword = isFirstRound && index === 0 && echo !== true && unsent.password !== undefined
      const answer = isForPassword ? unsent.password : unsent.code
      if (answer === undefined) return null
      unsent[isForPassword ? 'password' : 'code'] = undefined
      answers.push(answer)
    }
    return answers
  }

  const interactive = (): Step => {
    let isFirstRound = true
    const prompt = (
      _name: string,
      instructions: string,
      _language: string,
      prompts: Prompt[],
      finish: (answers: string[]) => void,
    ): void => {
      const answers = answersTo(prompts, isFirstRound)
      isFirstRound = false
      if (answers === null) {
        onRefused(failure('code-wanted', wordsOf(instructions, prompts)))
        return
      }
      isAnswered = true
      finish(answers)
    }
    return { name: 'password', method: { type: 'keyboard-interactive', username, prompt } }
  }

  const next = (): Step | null => {
    const key = offered.includes('publickey') ? keys.shift() : undefined
    if (key !== undefined) return key
    const canAnswer = unsent.password !== undefined || unsent.code !== undefined || taken !== null
    if (offered.includes('keyboard-interactive') && canAnswer && !wasInteractive) {
      wasInteractive = true
      return interactive()
    }
    if (!offered.includes('password') || password === undefined || unsent.password === undefined) return null
    unsent.password = undefined
    isAnswered = true
    return { name: 'password', method: { type: 'password', username, password } }
  }

  const refusal = (): Failure => {
    if (code !== undefined && unsent.code === undefined) {
      return failure('code-wanted', { says: 'last-code-refused' })
    }
    const says = taken === null ? 'proof-refused' : 'proof-taken'
    return failure('needs-sign-in', { says, proof: taken ?? last?.name ?? 'none', wants: offered })
  }

  const follow = (left: readonly AuthenticationType[] | null, isPartial: boolean): Step | null => {
    if (last === null) return ask
    const { name, method, hasSigned } = last
    if (hasSigned?.() === true) {
      // ssh2 keeps to itself what the server answers to an agent's key: it is asked once more what it wants now.
      taken = name
      return ask
    }
    if (method.type !== 'agent' && left !== null) {
      offered = left
      if (isPartial) {
        taken = name
        wasInteractive = false
        isAnswered = false
      }
    }
    return isAnswered ? null : next()
  }

  return (left: AuthenticationType[] | null, isPartial: boolean | null, send) => {
    const step = follow(left, isPartial === true)
    if (step === null) return onRefused(refusal())
    last = step
    send(step.method)
  }
}

function keySteps({ user: username, proofs: { identity }, client }: SignInOptions): Step[] {
  const signing = (name: ProofName, agent: OneKeyAgent | CertificateAgent): Step => ({
    name,
    method: { type: 'agent', username, agent },
    hasSigned: () => agent.hasSigned,
  })
  switch (identity.kind) {
    case 'none':
      return []
    case 'agent':
      return identity.keys.map((key) => signing('agent-key', new OneKeyAgent(key)))
    case 'key': {
      const { key, certificate } = identity
      const keys = key.type === 'ssh-rsa' ? [key, withSha512(key)] : [key]
      const plain = keys.map((one): Step => ({ name: 'key', method: { type: 'publickey', username, key: one } }))
      if (certificate === null) return plain
      return [signing('certificate', new CertificateAgent(certificate, client)), ...plain]
    }
  }
}

const MAX_WORDS = 300

/** The NAS's own words, as it asks. */
function wordsOf(instructions: string, prompts: readonly Prompt[]): string {
  const words = [instructions, ...prompts.map(({ prompt }) => prompt)].map((part) => part.trim())
  return words
    .filter((part) => part !== '')
    .join(' ')
    .replace(/[:\s]+$/, '')
    .slice(0, MAX_WORDS)
}
