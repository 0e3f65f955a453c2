/** The tray that the app is named after, with designs standing in it. */
export function GalleyDrawing() {
  return (
    <svg className="galley-drawing" width="160" height="112" viewBox="0 0 160 112" fill="none" aria-hidden="true">
      <g className="galley-drawing-sheet">
        <rect x="30" y="26" width="42" height="54" rx="6" transform="rotate(-8 51 53)" />
        <circle cx="50" cy="48" r="9" className="galley-drawing-warm" />
        <path d="M39 66c5-5 17-7 23-3" className="galley-drawing-line" />
      </g>
      <g className="galley-drawing-sheet">
        <rect x="88" y="24" width="42" height="54" rx="6" transform="rotate(7 109 51)" />
        <path d="m109 37 4 8 9 1-7 6 2 9-8-4-8 4 2-9-7-6 9-1z" className="galley-drawing-cool" />
      </g>
      <g className="galley-drawing-sheet">
        <rect x="58" y="14" width="44" height="60" rx="6" />
        <path d="M66 52c4-12 10-18 14-18s10 6 14 18" className="galley-drawing-line" />
        <circle cx="80" cy="30" r="6" className="galley-drawing-accent" />
        <rect x="66" y="58" width="28" height="4" rx="2" className="galley-drawing-accent" />
      </g>
      <path d="M14 70h132v22a8 8 0 0 1-8 8H22a8 8 0 0 1-8-8z" className="galley-drawing-tray" />
      <path d="M14 70h132" className="galley-drawing-edge" />
      <rect x="68" y="82" width="24" height="6" rx="3" className="galley-drawing-grip" />
    </svg>
  )
}
