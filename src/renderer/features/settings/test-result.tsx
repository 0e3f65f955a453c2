import { CircleCheck } from 'lucide-react'

/** A test that went well, in one line. */
export function TestResult({ text }: { text: string }) {
  return (
    <p className="test-result" role="status">
      <CircleCheck size={16} aria-hidden />
      {text}
    </p>
  )
}
