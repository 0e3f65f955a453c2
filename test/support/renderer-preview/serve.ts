import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { createServer, type Plugin } from 'vite'
import { drawDesign } from '../../../src/practice/draw-design.ts'

/** Serves the window with a scripted engine: open it with `?scene=busy`. Answers its address and how to stop it. */
export async function servePreview(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const root = resolve(import.meta.dirname, '../../..')
  const server = await createServer({
    root: resolve(root, 'src/renderer'),
    configFile: false,
    logLevel: 'error',
    plugins: [react(), preview()],
    // a cache of its own: the one in node_modules belongs to the app's build
    cacheDir: resolve(root, 'test-results/preview-cache'),
    server: { port: 0, host: '127.0.0.1', fs: { allow: [root, resolve(root, 'node_modules')] } },
  })
  await server.listen()
  const address = server.httpServer?.address()
  if (address === null || typeof address !== 'object' || address === undefined) throw new Error('preview has no port')
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() }
}

function preview(): Plugin {
  return {
    name: 'renderer-preview',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(
          '<script type="module" src="./main.tsx">',
          `<script type="module" src="/@fs/${resolve(import.meta.dirname, 'preview.ts')}"></script>$&`,
        ),
    },
    configureServer(server) {
      const drawn = new Map<string, Promise<Buffer>>()
      server.middlewares.use('/thumb/', (request, response, next) => {
        if (request.url === '/unknown') return void response.writeHead(404).end()
        const seed = Number(/(\d+)$/.exec(request.url ?? '')?.[1] ?? 0)
        const key = String(seed % 24)
        const picture = drawn.get(key) ?? drawDesign(seed % 24, { width: 570, height: 260 })
        drawn.set(key, picture)
        picture.then((bytes) => response.setHeader('content-type', 'image/png').end(bytes), next)
      })
    },
  }
}

if (import.meta.main) console.log((await servePreview()).url)
