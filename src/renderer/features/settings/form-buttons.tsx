import { Undo2 } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { Button } from '../../components/button.tsx'
import { useLanguage } from '../../texts/language.tsx'

/** How a form's draft stands to what is saved. */
interface DraftState {
  readonly isUnsaved: boolean
  readonly isContested: boolean
  discard(): void
}

interface TestedButtonsProps {
  readonly test: 'untested' | 'testing' | 'good' | 'bad'
  readonly testLabel: string
  readonly saveLabel: string
  /** Which of them submits the form. */
  readonly next: 'test' | 'save'
  /** The form is a step of the set-up: saved only after a test that went well. */
  readonly isStep: boolean
  readonly draft: DraftState
  /** Something above them is to be pressed first: none of them is drawn as the one to press. */
  readonly isAsking?: boolean
  /** Does what the button says that does not submit. */
  readonly onTest: () => void
}

/** Test and save, below a form. */
export function TestedButtons(props: TestedButtonsProps) {
  const { test, testLabel, saveLabel, next, isStep, draft, isAsking = false, onTest } = props
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
    <FormButtons waitsFor={isWaiting ? t.settings.testFirst : undefined} draft={isStep ? null : draft} ref={buttons}>
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
  /** Null in a step of the set-up, where nothing can be taken back to what is saved. */
  readonly draft: DraftState | null
  /** In a few words, why the one to press waits. */
  readonly waitsFor?: string | undefined
  readonly ref?: React.Ref<HTMLDivElement>
}

/** The buttons of a form, with what is to be known of its draft. */
export function FormButtons({ children, draft, waitsFor, ref }: FormButtonsProps) {
  const { t } = useLanguage()
  const isUnsaved = draft?.isUnsaved === true
  const unsaved = draft?.isContested ? t.settings.contested : t.settings.unsaved
  return (
    <div className="form-buttons" ref={ref}>
      {children}
      {isUnsaved && (
        <Button kind="quiet" icon={Undo2} hint={t.settings.discardHint} onClick={draft.discard}>
          {t.settings.discard}
        </Button>
      )}
      <p className="form-note" role="status">
        {waitsFor ?? (isUnsaved ? unsaved : null)}
      </p>
    </div>
  )
}
