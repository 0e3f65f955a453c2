/** A Dockerfile as it is carried out: the instructions that make the image, and what its container starts with. */
export interface Dockerfile {
  readonly from: string
  /** In order. */
  readonly steps: readonly Step[]
  readonly user: string
  readonly workdir: string
  readonly env: Readonly<Record<string, string>>
  readonly volumes: readonly string[]
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly healthcheck: readonly string[]
}

export type Step =
  | { readonly kind: 'run'; readonly script: string; readonly workdir: string }
  | { readonly kind: 'copy'; readonly sources: readonly string[]; readonly to: string; readonly workdir: string }

/** Reads those instructions that ours uses; throws at any other. */
export function parseDockerfile(text: string): Dockerfile {
  const steps: Step[] = []
  const env: Record<string, string> = {}
  const volumes: string[] = []
  const said = { from: '', user: 'root', workdir: '/' }
  const lists: Record<'ENTRYPOINT' | 'CMD' | 'HEALTHCHECK', readonly string[]> = {
    ENTRYPOINT: [],
    CMD: [],
    HEALTHCHECK: [],
  }
  for (const line of text.split('\n')) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    const words = rest.split(' ')
    const { workdir } = said
    if (instruction === 'FROM') said.from = rest
    else if (instruction === 'USER') said.user = rest
    else if (instruction === 'WORKDIR') said.workdir = rest
    else if (instruction === 'VOLUME') volumes.push(rest)
    else if (instruction === 'ENV') Object.assign(env, Object.fromEntries([rest.split('=')]))
    else if (instruction === 'RUN') steps.push({ kind: 'run', script: rest, workdir })
    else if (instruction === 'COPY')
      steps.push({ kind: 'copy', sources: words.slice(0, -1), to: words.at(-1) ?? '', workdir })
    else if (instruction === 'ENTRYPOINT' || instruction === 'CMD' || instruction === 'HEALTHCHECK')
      lists[instruction] = JSON.parse(rest.slice(rest.indexOf('[')))
    else if (instruction !== 'EXPOSE') throw new Error(`not understood: ${line}`)
  }
  return {
    ...said,
    ...{ steps, env, volumes, entrypoint: lists.ENTRYPOINT, command: lists.CMD, healthcheck: lists.HEALTHCHECK },
  }
}
