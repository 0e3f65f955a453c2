import { generateKeyPairSync } from 'node:crypto'
import ssh2, { type AnyAuthMethod, type AuthenticationType, type ParsedKey, type Prompt } from 'ssh2'
import { expect, test } from 'vitest'
import { type Failure, failure } from '../../../shared/domain/failure.ts'
import { describeDetail } from '../../../shared/texts/details-en.ts'
import type { AgentKey } from './agent.ts'
import type { Certificate } from './certificate.ts'
import type { Proofs } from './identity.ts'
import { createSignIn } from './sign-in.ts'

const NO_PROOFS: Proofs = { identity: { kind: 'none' }, password: undefined, code: undefined }
const [hidden, shown] = [
  { prompt: 'Answer: ', echo: false },
  { prompt: 'Code: ', echo: true },
]

/** A NAS in a dialogue with the sign-in: what it says last, and what comes back. */
function meet(proofs: Partial<Proofs>) {
  let refused: Failure | null = null
  const answer = createSignIn({
    user: 'ann',
    proofs: { ...NO_PROOFS, ...proofs },
    client: {},
    onRefused(because) {
      refused = because
    },
  })
  let method: AnyAuthMethod | null = null
  const say = (left: AuthenticationType[] | null, isPartial: boolean | null) => {
    method = null
    if (typeof answer !== 'function') throw new Error('no handler')
    answer(left ?? [], isPartial ?? false, (next: unknown) => {
      method = next as AnyAuthMethod
    })
    return method === null ? refused?.code : (method as AnyAuthMethod).type
  }
  return {
    first: () => say(null, null),
    refuses: (...left: AuthenticationType[]) => say(left, false),
    wantsMore: (...left: AuthenticationType[]) => say(left, true),
    /** Its questions of one round; null when they get no answer. */
    asks(prompts: readonly Prompt[], instructions = '') {
      const asked = method
      if (asked?.type !== 'keyboard-interactive') throw new Error('nothing may be asked now')
      let answers: readonly string[] | null = null
      asked.prompt('', instructions, '', [...prompts], (given) => {
        answers = given
      })
      return answers
    },
    get method() {
      return method
    },
    get failure() {
      return refused
    },
  }
}

test('first it is asked what the NAS takes; where nothing fits, that is told', () => {
  const nas = meet({})
  expect(nas.first()).toBe('none')
  expect(nas.refuses('publickey', 'password')).toBe('needs-sign-in')
  expect(nas.failure).toEqual(
    failure('needs-sign-in', { says: 'proof-refused', proof: 'none', wants: ['publickey', 'password'] }),
  )
})

test('a password is sent once, whichever way it was asked for', () => {
  const plain = meet({ password: 'secret' })
  plain.first()
  expect(plain.refuses('password')).toBe('password')
  expect(plain.method).toMatchObject({ username: 'ann', password: 'secret' })
  expect(plain.refuses('password')).toBe('needs-sign-in')
  expect(describeDetail(plain.failure?.detail)).toBe('the password refused; it takes a password')

  const asked = meet({ password: 'secret' })
  asked.first()
  expect(asked.refuses('keyboard-interactive', 'password')).toBe('keyboard-interactive')
  expect(asked.asks([hidden])).toEqual(['secret'])
  expect(asked.refuses('keyboard-interactive', 'password')).toBe('needs-sign-in')
})

test('where the NAS asks nothing after all, the password goes the other way, once', () => {
  const nas = meet({ password: 'secret' })
  nas.first()
  expect(nas.refuses('keyboard-interactive', 'password')).toBe('keyboard-interactive')
  expect(nas.refuses('keyboard-interactive', 'password')).toBe('password')
  expect(nas.refuses('keyboard-interactive', 'password')).toBe('needs-sign-in')
})

test('the password answers the first hidden question alone; the next is a code', () => {
  const both = meet({ password: 'secret', code: '123456' })
  both.first()
  both.refuses('keyboard-interactive')
  expect(both.asks([hidden, hidden])).toEqual(['secret', '123456'])

  const none = meet({ password: 'secret' })
  none.first()
  none.refuses('keyboard-interactive')
  expect(none.asks([hidden, hidden])).toBe(null)
  expect(none.failure?.code).toBe('code-wanted')

  const second = meet({ password: 'secret', code: '123456' })
  second.first()
  second.refuses('keyboard-interactive')
  expect(second.asks([shown, hidden])).toBe(null)
})

test('a password is never shown: a question with echo, and what is asked in a later round, gets the code', () => {
  const shows = meet({ password: 'secret', code: '123456' })
  shows.first()
  shows.refuses('keyboard-interactive')
  expect(shows.asks([shown])).toEqual(['123456'])
  expect(shows.asks([hidden])).toBe(null)

  const later = meet({ password: 'secret', code: '123456' })
  later.first()
  later.refuses('keyboard-interactive')
  expect(later.asks([])).toEqual([])
  expect(later.asks([hidden])).toEqual(['123456'])
})

test('a code that was wrong is told as that, and not sent again', () => {
  const nas = meet({ code: '123456' })
  nas.first()
  expect(nas.refuses('keyboard-interactive')).toBe('keyboard-interactive')
  expect(nas.asks([hidden])).toEqual(['123456'])
  expect(nas.refuses('keyboard-interactive')).toBe('code-wanted')
  expect(describeDetail(nas.failure?.detail)).toContain('refused')
})

test('after one wrong answer nothing else is tried: a NAS counts them', () => {
  const plain = meet({ password: 'secret', code: '123456' })
  plain.first()
  expect(plain.refuses('password')).toBe('password')
  expect(plain.refuses('keyboard-interactive', 'password')).toBe('needs-sign-in')

  const asked = meet({ password: 'secret', code: '123456' })
  asked.first()
  asked.refuses('keyboard-interactive', 'password')
  expect(asked.asks([shown])).toEqual(['123456'])
  expect(asked.refuses('keyboard-interactive', 'password')).toBe('code-wanted')
})

test('a question that nobody can answer is shown in the words of the NAS, in one piece and not for ever', () => {
  const nas = meet({ password: 'secret' })
  nas.first()
  nas.refuses('keyboard-interactive')
  nas.asks([{ prompt: 'Verification code: ', echo: true }], ' Duo for ann ')
  expect(nas.failure).toEqual(failure('code-wanted', 'Duo for ann Verification code'))
  const long = meet({ password: 'secret' })
  long.first()
  long.refuses('keyboard-interactive')
  long.asks([{ prompt: 'x'.repeat(5000), echo: true }])
  expect(describeDetail(long.failure?.detail)?.length).toBeLessThan(500)
})

test('a NAS that took the password and wants more is answered, and told of when nothing is left', () => {
  const nas = meet({ password: 'secret', code: '123456' })
  nas.first()
  expect(nas.refuses('password')).toBe('password')
  expect(nas.wantsMore('keyboard-interactive')).toBe('keyboard-interactive')
  expect(nas.asks([hidden])).toEqual(['123456'])

  const twice = meet({ password: 'secret', code: '123456' })
  twice.first()
  twice.refuses('keyboard-interactive')
  expect(twice.asks([hidden])).toEqual(['secret'])
  expect(twice.wantsMore('keyboard-interactive')).toBe('keyboard-interactive')
  expect(twice.asks([hidden])).toEqual(['123456'])

  const asks = meet({ password: 'secret' })
  asks.first()
  asks.refuses('password')
  expect(asks.wantsMore('keyboard-interactive')).toBe('keyboard-interactive')
  expect(asks.asks([shown])).toBe(null)
  expect(asks.failure?.code).toBe('code-wanted')

  const lacks = meet({ password: 'secret' })
  lacks.first()
  lacks.refuses('password')
  expect(lacks.wantsMore('publickey')).toBe('needs-sign-in')
  expect(describeDetail(lacks.failure?.detail)).toBe('it took the password and wants a key too')
})

test('a key is sent where keys are taken, an RSA key with both of its signatures, and then the password', () => {
  const key = parse(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }),
  )
  const nas = meet({ identity: { kind: 'key', key, certificate: null }, password: 'secret' })
  nas.first()
  expect(nas.refuses('password')).toBe('password')

  const both = meet({ identity: { kind: 'key', key, certificate: null }, password: 'secret' })
  both.first()
  const types: unknown[] = []
  for (let turn = 0; turn < 2; turn++) {
    expect(both.refuses('publickey', 'password')).toBe('publickey')
    types.push((both.method as { key?: ParsedKey }).key?.type)
  }
  expect(types).toEqual(['ssh-rsa', 'rsa-sha2-512'])
  expect(both.refuses('publickey', 'password')).toBe('password')
})

test('a certificate goes first, and where it is refused its key may do alone', () => {
  const key = parse(
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }),
  )
  const certificate: Certificate = {
    key,
    blob: Buffer.alloc(0),
    signing: { algorithm: 'rsa-sha2-512', hash: 'sha512' },
  }
  const nas = meet({ identity: { kind: 'key', key, certificate } })
  nas.first()
  expect(nas.refuses('publickey')).toBe('agent')
  expect(nas.refuses('publickey')).toBe('publickey')
})

test('what an agent signed counts as taken: the NAS is asked what it wants beside it', () => {
  const keys = [1, 2].map(() => ({}) as AgentKey)
  const nas = meet({ identity: { kind: 'agent', keys }, password: 'secret' })
  nas.first()
  expect(nas.refuses('publickey', 'password')).toBe('agent')
  // ssh2 tells nothing of what the NAS answered to an agent's key.
  expect(nas.refuses()).toBe('agent')
  const { method } = nas
  if (method?.type === 'agent') Object.assign(method.agent, { hasSigned: true })
  expect(nas.refuses()).toBe('none')
  expect(nas.refuses('password')).toBe('password')
})

function parse(pem: string | Buffer): ParsedKey {
  const key = ssh2.utils.parseKey(pem)
  if (key instanceof Error) throw key
  return key
}
