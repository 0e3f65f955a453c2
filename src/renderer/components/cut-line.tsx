import './cut-line.css'

/** So much of the end is kept: numbers and templates, which tell names apart, stand there. */
const KEPT_CHARS = 9

/** A name or a path in one line, cut in its middle where there is no room for all of it. */
export function CutLine({ text, className = '' }: { text: string; className?: string }) {
  const letters = [...text]
  return (
    <span className={`cut-line ${className}`} title={text}>
      {/* Read out as one word, which the two parts would not be. */}
      <span className="unseen">{text}</span>
      <span aria-hidden>{letters.slice(0, -KEPT_CHARS).join('')}</span>
      <span aria-hidden>{letters.slice(-KEPT_CHARS).join('')}</span>
    </span>
  )
}
