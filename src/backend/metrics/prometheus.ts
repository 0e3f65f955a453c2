/** One line of a metric: its labels and its value. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
  /** Behind the metric's name, as in `name_bucket`. */
  readonly suffix?: string
}

/** A metric as Prometheus reads it, https://prometheus.io/docs/instrumenting/exposition_formats/. */
export interface Metric {
  readonly name: string
  readonly help: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  samples(): readonly Sample[]
}

/** The text of metrics, in format 0.0.4. */
export function formatMetrics(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap(({ name, help, kind, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${kind}`,
    ...samples().map(({ labels = {}, value, suffix = '' }) => {
      const told = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/["\\\n]/g, '_')}"`)
      return `${name}${suffix}${told.length === 0 ? '' : `{${told.join(',')}}`} ${value}`
    }),
  ])
  return `${lines.join('\n')}\n`
}

/** Something that is looked at when it is asked for. */
export function gauge(name: string, help: string, samples: () => readonly Sample[]): Metric {
  return { name, help, kind: 'gauge', samples }
}

type Labels = Readonly<Record<string, string>>

/** How often something happened, by its labels. */
export function createCounter(name: string, help: string): Metric & { count(labels: Labels, times?: number): void } {
  const counts = new Map<string, { readonly labels: Labels; value: number }>()
  return {
    ...{ name, help, kind: 'counter' },
    samples: () => [...counts.values()],
    count(labels, times = 1) {
      const key = JSON.stringify(labels)
      const counted = counts.get(key) ?? { labels, value: 0 }
      counted.value += times
      counts.set(key, counted)
    },
  }
}

/** How long something took, in seconds, by its labels. */
export function createHistogram(
  name: string,
  help: string,
  bounds: readonly number[],
): Metric & { observe(labels: Labels, seconds: number): void } {
  const seen = new Map<string, { readonly labels: Labels; readonly buckets: number[]; sum: number; count: number }>()
  return {
    ...{ name, help, kind: 'histogram' },
    samples: () =>
      [...seen.values()].flatMap(({ labels, buckets, sum, count }) => [
        ...bounds.map((le, at) => ({
          suffix: '_bucket',
          labels: { ...labels, le: String(le) },
          value: buckets[at] ?? 0,
        })),
        { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
        { suffix: '_sum', labels, value: sum },
        { suffix: '_count', labels, value: count },
      ]),
    observe(labels, seconds) {
      const key = JSON.stringify(labels)
      const of = seen.get(key) ?? { labels, buckets: bounds.map(() => 0), sum: 0, count: 0 }
      for (const [at, bound] of bounds.entries()) if (seconds <= bound) of.buckets[at] = (of.buckets[at] ?? 0) + 1
      of.sum += seconds
      of.count += 1
      seen.set(key, of)
    },
  }
}
