import { type ReactNode, useEffect, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { useLanguage } from '../../texts/language.tsx'

interface TestedButtonsProps {
  readonly test: 'untested' | 'testing' | 'good' | 'bad'
  readonly testLabel: string
  readonly saveLabel: string
  /** Which of them submits the form. */
  readonly next: 'test' | 'save'
  /** The form is a step of the set-up: saved only after a test that went well. */
  readonly isStep: boolean
  readonly isUnsaved: boolean
  /** Something above them is to be pressed first: none of them is drawn as the one to press. */
  readonly isAsking?: boolean
  /** Does what the button says that does not submit. */
  readonly onTest: () => void
}

/** Test and save, below a form. */
export function TestedButtons(props: TestedButtonsProps) {
  const { test, testLabel, saveLabel, next, isStep, isUnsaved, isAsking = false, onTest } = props
  const { t } = useLanguage()
  const isWaiting = isStep && test !== 'good'
  const kindOf = (button: 'test' | 'save') => (button === next && !isAsking ? 'primary' : 'plain')
  const buttons = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // In a step there is nothing else to do then; a field that a person went on to keeps the focus.
    const { activeElement } = document
    const isLeft = activeElement === document.body || activeElement?.closest('.form-buttons') !== null
    if (isStep && test === 'good' && isLeft) buttons.current?.querySelector<HTMLElement>('[type=submit]')?.focus()
  }, [isStep, test])
  return (
    <FormButtons note={isWaiting ? t.settings.testFirst : isUnsaved ? t.settings.unsaved : null} ref={buttons}>
      <Button
        kind={kindOf('test')}
        isSubmit={next === 'test'}
        isBusy={test === 'testing'}
        {...(next === 'test' ? {} : { onClick: onTest })}
      >
        {test === 'testing' ? t.settings.nas.testing : testLabel}
      </Button>
      <Button kind={kindOf('save')} isSubmit={next === 'save'} isDisabled={isWaiting}>
        {saveLabel}
      </Button>
    </FormButtons>
  )
}

interface FormButtonsProps {
  readonly children: ReactNode
  /** In a few words, why one of them waits or should be pressed. */
  readonly note: string | null
  readonly ref?: React.Ref<HTMLDivElement>
}

export function FormButtons({ children, note, ref }: FormButtonsProps) {
  return (
    <div className="form-buttons" ref={ref}>
      {children}
      <p className="form-note" role="status">
        {note}
      </p>
    </div>
  )
}
