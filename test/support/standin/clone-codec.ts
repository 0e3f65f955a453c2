/** Structured clone as text, because CDP carries only JSON between main and page. Keeps cycles, Date, RegExp, Map, Set,
 *  errors, buffers, typed arrays, bigint, undefined, NaN and -0; refuses what structured clone refuses. */
export interface Codec {
  encode(value: unknown): string
  decode(text: string): unknown
}

type Coded = null | string | boolean | number | ['u'] | ['n', string] | ['b', string] | ['@', number]
type Node =
  | ['object' | 'map', (readonly [Coded, Coded])[]]
  | ['array' | 'set', Coded[]]
  | ['date', number | null]
  | ['regexp', string, string]
  | ['error', string, string, string | null, Coded]
  | ['buffer', string]
  | ['view', string, Coded, number, number]

/** Self-contained: its source text also runs in the page. */
export function makeCodec(): Codec {
  const uncloneable = (what: string): Error => new DOMException(`${what} could not be cloned.`, 'DataCloneError')
  const toBase64 = (bytes: Uint8Array): string => {
    let text = ''
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
    return btoa(text)
  }
  const fromBase64 = (text: string): ArrayBuffer => {
    const raw = atob(text)
    const bytes = new Uint8Array(raw.length)
    for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at)
    return bytes.buffer
  }

  const encode = (root: unknown): string => {
    const nodes: (Node | undefined)[] = []
    const seen = new Map<object, number>()
    const describe = (value: object, tag: string): Node => {
      if (Array.isArray(value)) return ['array', Array.from(value, code)]
      if (value instanceof Date) return ['date', Number.isNaN(value.getTime()) ? null : value.getTime()]
      if (value instanceof RegExp) return ['regexp', value.source, value.flags]
      if (value instanceof Map) return ['map', [...value].map(([key, item]) => [code(key), code(item)] as const)]
      if (value instanceof Set) return ['set', [...value].map(code)]
      if (value instanceof Error || tag === 'Error') {
        const { name, message, stack, cause } = value as Error
        return ['error', name, message, stack ?? null, code(cause)]
      }
      if (value instanceof ArrayBuffer) return ['buffer', toBase64(new Uint8Array(value))]
      if (ArrayBuffer.isView(value)) {
        const copy = value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)
        return ['view', tag, code(copy), 0, value.byteLength]
      }
      if (tag !== 'Object') throw uncloneable(`#<${tag}>`)
      return ['object', Object.entries(value).map(([key, item]) => [key, code(item)] as const)]
    }
    const code = (value: unknown): Coded => {
      if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
      if (value === undefined) return ['u']
      if (typeof value === 'bigint') return ['b', String(value)]
      if (typeof value === 'number') {
        if (Object.is(value, -0)) return ['n', '-0']
        return Number.isFinite(value) ? value : ['n', String(value)]
      }
      if (typeof value !== 'object') throw uncloneable(String(value))
      const known = seen.get(value)
      if (known !== undefined) return ['@', known]
      const index = nodes.push(undefined) - 1
      seen.set(value, index)
      nodes[index] = describe(value, Object.prototype.toString.call(value).slice(8, -1))
      return ['@', index]
    }
    const coded = code(root)
    return JSON.stringify([coded, nodes])
  }

  const decode = (text: string): unknown => {
    const [root, nodes] = JSON.parse(text) as [Coded, Node[]]
    const made = new Map<number, unknown>()
    const keep = <T>(index: number, value: T): T => {
      made.set(index, value)
      return value
    }
    const build = (index: number): unknown => {
      const node = nodes[index]
      if (node === undefined) throw new Error('This text is no structured clone.')
      switch (node[0]) {
        case 'object': {
          const target: Record<string, unknown> = keep(index, {})
          for (const [key, item] of node[1])
            Object.defineProperty(target, String(key), {
              value: value(item),
              configurable: true,
              enumerable: true,
              writable: true,
            })
          return target
        }
        case 'array': {
          const target: unknown[] = keep(index, [])
          for (const item of node[1]) target.push(value(item))
          return target
        }
        case 'map': {
          const target = keep(index, new Map<unknown, unknown>())
          for (const [key, item] of node[1]) target.set(value(key), value(item))
          return target
        }
        case 'set': {
          const target = keep(index, new Set<unknown>())
          for (const item of node[1]) target.add(value(item))
          return target
        }
        case 'date':
          return keep(index, new Date(node[1] ?? Number.NaN))
        case 'regexp':
          return keep(index, new RegExp(node[1], node[2]))
        case 'error': {
          const kinds: Record<string, ErrorConstructor> = {
            EvalError,
            RangeError,
            ReferenceError,
            SyntaxError,
            TypeError,
            URIError,
          }
          const target = keep(index, new (kinds[node[1]] ?? Error)(node[2]))
          if (node[3] !== null) target.stack = node[3]
          const cause = value(node[4])
          if (cause !== undefined) target.cause = cause
          return target
        }
        case 'buffer':
          return keep(index, fromBase64(node[1]))
        case 'view': {
          const views = globalThis as unknown as Record<string, new (buffer: unknown) => unknown>
          const View = views[node[1]]
          if (View === undefined) throw new Error(`No view of the kind ${node[1]} here.`)
          return keep(index, new View(value(node[2])))
        }
      }
    }
    const value = (coded: Coded): unknown => {
      if (!Array.isArray(coded)) return coded
      switch (coded[0]) {
        case 'u':
          return undefined
        case 'n':
          return Number(coded[1])
        case 'b':
          return BigInt(coded[1])
        case '@':
          return made.has(coded[1]) ? made.get(coded[1]) : build(coded[1])
      }
    }
    return value(root)
  }

  return { encode, decode }
}

export const codec = makeCodec()
