import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { build, type InlineConfig, type Plugin, preview } from 'vite'
import { drawDesign } from '../../../src/practice/draw-design.ts'

/** Builds the window with a scripted engine and serves it: open it with `?scene=busy`. Answers its address and how to stop
 *  it. */
export async function servePreview(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const root = resolve(import.meta.dirname, '../../..')
  const shared: InlineConfig = {
    root: resolve(root, 'src/renderer'),
    configFile: false,
    logLevel: 'error',
    plugins: [react(), scripted(), thumbnails()],
    build: { outDir: resolve(root, 'test-results/preview'), emptyOutDir: true, minify: false },
  }
  await build(shared)
  const server = await preview({ ...shared, preview: { port: 0, host: '127.0.0.1' } })
  const address = server.httpServer.address()
  if (address === null || typeof address !== 'object') throw new Error('preview has no port')
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() }
}

/** The scripted engine is there before the window asks for it. */
function scripted(): Plugin {
  return {
    name: 'scripted-engine',
    transform: (code, id) =>
      id.endsWith('/renderer/main.tsx')
        ? `import ${JSON.stringify(resolve(import.meta.dirname, 'preview.ts'))}\n${code}`
        : null,
  }
}

/** Wraps, squares and shirts. */
const SHAPES = [
  { width: 570, height: 260 },
  { width: 400, height: 400 },
  { width: 320, height: 480 },
] as const

function thumbnails(): Plugin {
  const drawn = new Map<string, Promise<Buffer>>()
  return {
    name: 'thumbnails',
    configurePreviewServer(server) {
      server.middlewares.use('/thumb/', (request, response, next) => {
        if (request.url === '/unknown') return void response.writeHead(404).end()
        const seed = Number(/(\d+)$/.exec(request.url ?? '')?.[1] ?? 0)
        const key = String(seed % 24)
        const picture = drawn.get(key) ?? drawDesign(seed % 24, SHAPES[seed % SHAPES.length] ?? SHAPES[0])
        drawn.set(key, picture)
        picture.then((bytes) => response.setHeader('content-type', 'image/png').end(bytes), next)
      })
    },
  }
}

if (import.meta.main) console.log((await servePreview()).url)
