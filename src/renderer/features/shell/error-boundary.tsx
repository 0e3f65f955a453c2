import { Component, type ReactNode } from 'react'
import { Button } from '../../components/button.tsx'
import { useLanguage } from '../../texts/language.tsx'

interface ErrorBoundaryProps {
  readonly children: ReactNode
  readonly onReload: () => void
}

interface ErrorBoundaryState {
  readonly message: string | null
}

/** Stands in for the whole window when drawing it threw. A class, since React has no other way to catch that. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { message: null }

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { message: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    const { message } = this.state
    return message === null ? this.props.children : <BrokenWindow message={message} onReload={this.props.onReload} />
  }
}

function BrokenWindow({ message, onReload }: { message: string; onReload: () => void }) {
  const { t } = useLanguage()
  return (
    <main className="empty" role="alert">
      <h1>{t.broken.title}</h1>
      <p>{t.broken.text}</p>
      <p className="faint mono selectable">{message}</p>
      <Button kind="primary" onClick={onReload}>
        {t.broken.reload}
      </Button>
    </main>
  )
}
