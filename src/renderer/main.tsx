import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { ErrorBoundary } from './features/shell/error-boundary.tsx'
import './styles/tokens.css'
import './styles/base.css'
import { connect, createGalleyStore } from './stores/galley-store.ts'
import { GalleyProvider } from './stores/store-context.tsx'
import { LanguageProvider, textsFor } from './texts/language.tsx'

const bridge = window.galley
const store = createGalleyStore(bridge, window.localStorage)
const disconnect = connect(store, bridge, () => performance.now())
window.addEventListener('pagehide', disconnect, { once: true })

const texts = textsFor(navigator.languages)
document.documentElement.lang = texts.language

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <GalleyProvider value={{ store, bridge }}>
      <LanguageProvider texts={texts}>
        <ErrorBoundary onReload={() => window.location.reload()}>
          <App />
        </ErrorBoundary>
      </LanguageProvider>
    </GalleyProvider>
  </StrictMode>,
)
