const ASKED_BY_EVERYONE = new Set([
  'then',
  'toJSON',
  'constructor',
  'nodeType',
  'tagName',
  'asymmetricMatch',
  '$$typeof',
])

/** Makes reading a member that neither `target` nor its prototypes have an error that names it. An app that uses what
 *  the stand-in lacks fails at once instead of running on `undefined`. */
export function strict<T extends object>(name: string, target: T): T {
  const parent: object = Object.getPrototypeOf(target) ?? {}
  Object.setPrototypeOf(
    target,
    new Proxy(parent, {
      get(prototype, member, receiver) {
        if (
          typeof member === 'symbol' ||
          member in prototype ||
          ASKED_BY_EVERYONE.has(member) ||
          member.startsWith('_')
        )
          return Reflect.get(prototype, member, receiver)
        throw new Error(`electron stand-in: ${name}.${member} is not implemented`)
      },
    }),
  )
  return target
}
