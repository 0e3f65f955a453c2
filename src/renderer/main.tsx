import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { ErrorBoundary } from './features/shell/error-boundary.tsx'
import '@fontsource-variable/inter/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import { connect, createGalleyStore } from './stores/galley-store.ts'
import { GalleyProvider, useGalley } from './stores/store-context.tsx'
import { LanguageProvider } from './texts/language.tsx'

const bridge = window.galley
const store = createGalleyStore(bridge, window.localStorage)
const disconnect = connect(store, bridge, () => performance.now())
window.addEventListener('pagehide', disconnect, { once: true })

// Before anything is drawn, so that no word changes under the eyes.
await store.getState().learnLanguage()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <GalleyProvider value={{ store, bridge }}>
      <Speaking>
        <ErrorBoundary onReload={() => window.location.reload()}>
          <App />
        </ErrorBoundary>
      </Speaking>
    </GalleyProvider>
  </StrictMode>,
)

/** All below it speaks the language that a person chose, from then on. */
function Speaking({ children }: { children: ReactNode }) {
  const language = useGalley((state) => state.spoken.language)
  return <LanguageProvider language={language}>{children}</LanguageProvider>
}
