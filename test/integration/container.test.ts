import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { buildImage, type Running, whyNoContainer } from '../support/container.ts'
import { parseDockerfile } from '../support/dockerfile.ts'

const context = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string): string => readFileSync(join(context, file), 'utf8')

test('[killed in a container] the image starts as another user than root, is ready, and starts again after kill -9 with the same process number', {
  timeout: 300_000,
}, async ({ skip }) => {
  const why = whyNoContainer()
  if (why !== null) return skip(why)
  const dockerfile = parseDockerfile(read('Dockerfile'))
  expect([dockerfile.from, dockerfile.user, dockerfile.volumes]).toEqual(['node:24-bookworm-slim', 'node', ['/data']])
  using image = buildImage(dockerfile, context)
  expect(statSync(join(image.root, 'data')).mode & 0o777).toBe(0o700)
  const ready = async (service: Running): Promise<void> => {
    await vi.waitFor(() => expect(service.output()).toContain('"listening"'), { timeout: 90_000, interval: 100 })
    expect(image.run(dockerfile.healthcheck)).toBe(0)
    const status = readFileSync(`/proc/${service.pid()}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\t1000\t/m)
    expect(status).toMatch(/^NSpid:\t\d+\t1$/m)
  }
  // As `docker run IMAGE serve ...`: 4200 may be somebody else's here.
  const command = [...dockerfile.entrypoint, 'serve', '--host', '0.0.0.0', '--port', '0']
  expect(dockerfile.command.slice(0, 3)).toEqual(['serve', '--host', '0.0.0.0'])
  for (const _time of ['first', 'second']) {
    const service = image.start(command)
    await ready(service)
    await service.kill()
    expect(image.run(dockerfile.healthcheck)).not.toBe(0)
  }
})

/** What of the Compose specification is used. */
const healthSchema = z.strictObject({
  test: z.array(z.string()).min(2),
  interval: z.string(),
  timeout: z.string(),
  retries: z.number().int(),
})
const serviceSchema = z.strictObject({
  build: z.string().optional(),
  image: z.string().optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  ports: z.array(z.string().regex(/^\d+:\d+$/)).optional(),
  environment: z.record(z.string(), z.string()),
  secrets: z.array(z.string()),
  volumes: z.array(z.string().regex(/^[a-z]+:\/\S+$/)),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_started']) }))
    .optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  healthcheck: healthSchema.optional(),
})
const composeSchema = z.strictObject({
  services: z.record(z.string(), serviceSchema),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
})

test('compose.yaml is one that Compose takes: its services name secrets, volumes and services that there are, and no secret', () => {
  const { services, secrets, volumes } = composeSchema.parse(parse(read('compose.yaml')))
  const image = Number(/^postgres:(\d+)/.exec(services.database?.image ?? '')?.[1])
  expect(image).toBeGreaterThanOrEqual(15)
  for (const service of Object.values(services)) {
    expect([service.build, service.image].filter((one) => one !== undefined)).toHaveLength(1)
    expect(Object.keys(secrets)).toEqual(expect.arrayContaining(service.secrets))
    expect(Object.keys(volumes)).toEqual(expect.arrayContaining(service.volumes.map((one) => one.split(':')[0])))
    expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(service.depends_on ?? {})))
    for (const value of Object.values(service.environment)) expect(value).not.toMatch(/:\/\/[^/@]*:[^/@]*@/)
  }
  expect(services.records?.volumes).toEqual([`records:${parseDockerfile(read('Dockerfile')).volumes[0]}`])
})
