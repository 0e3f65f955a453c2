import type { AuthenticationType, ConnectConfig } from 'ssh2'

/** Chooses the next way to sign in: the key, then the password once. A password that was refused is not offered again
 *  by keyboard-interactive, because a NAS counts that as a second wrong try. */
export function createSignIn(hasKey: boolean, hasPassword: boolean): NonNullable<ConnectConfig['authHandler']> {
  const untried: AuthenticationType[] = ['none']
  if (hasKey) untried.push('publickey')
  if (hasPassword) untried.push('password', 'keyboard-interactive')
  let last: AuthenticationType | null = null
  return (offered: AuthenticationType[] | null, partialSuccess: boolean | null) => {
    if (last === 'password' && partialSuccess !== true) return false
    const next = untried.findIndex((method) => offered === null || offered.includes(method))
    if (next < 0) return false
    const [method] = untried.splice(next, 1)
    last = method ?? null
    return method ?? false
  }
}
