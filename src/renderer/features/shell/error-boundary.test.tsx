import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { ErrorBoundary } from './error-boundary.tsx'

/** What the boundary draws in a state; React's server renderer knows no boundaries, so the state is set by hand. */
function drawn(error: unknown): string {
  const boundary = new ErrorBoundary({ children: 'the uploads', onReload: () => undefined })
  if (error !== null) boundary.state = ErrorBoundary.getDerivedStateFromError(error)
  return renderToStaticMarkup(boundary.render())
}

describe('ErrorBoundary', () => {
  it('would catch a window that goes blank when drawing it throws', () => {
    const page = drawn(new TypeError('n is not a function'))
    expect(page).toContain('n is not a function')
    expect(page).toContain('Reload the window')
    expect(page).not.toContain('the uploads')
  })

  it('would catch a boundary that hides an error without a message', () => {
    expect(drawn(new Error(''))).toContain('Reload the window')
    expect(drawn('thrown text')).toContain('thrown text')
  })

  it('would catch a boundary that stands in the way of a window that is well', () => {
    expect(drawn(null)).toBe('the uploads')
  })
})
