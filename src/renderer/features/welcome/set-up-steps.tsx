import { Check } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Shop, TypedSecrets } from '../../../shared/domain/shop.ts'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useActions } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { BackendForms } from '../settings/backend-forms.tsx'
import { FormButtons } from '../settings/form-buttons.tsx'
import { NasForm } from '../settings/nas-form.tsx'
import { useSaving } from '../settings/saving.ts'
import { TemplateForm } from '../settings/template-form.tsx'
import '../settings/settings.css'

const STEPS = ['shop', 'nas', 'backend', 'template'] as const
type Step = (typeof STEPS)[number]

/** A real shop: its name, its NAS, its backend, its first template. Saved at each step, so that nothing is typed twice. */
export function SetUpSteps() {
  const { t } = useLanguage()
  const { setUp, chooseShop } = useActions()
  const { saveShop, saveTemplate, readTemplates } = useSaving({ isTold: false })
  const [step, setStep] = useState<Step>('shop')
  const [ids] = useState(() => ({ shop: crypto.randomUUID(), template: crypto.randomUUID() }))
  const [shop, setShop] = useState<Shop>({ id: ids.shop, name: '', kind: 'real', nas: null, backendUrl: null })
  const index = STEPS.indexOf(step)

  const goOn = async (next: Shop, to: Step, secrets: TypedSecrets = {}): Promise<boolean> => {
    const isSaved = await saveShop(shop, next, secrets)
    if (isSaved) {
      setShop(next)
      setStep(to)
    }
    return isSaved
  }
  const finish = (): void => {
    chooseShop(shop.id)
    setUp(false)
  }
  return (
    <main className="set-up">
      <ol className="set-up-steps" aria-label={t.welcome.stepOf(index + 1, STEPS.length)}>
        {STEPS.map((one, at) => (
          <li key={one} aria-current={one === step ? 'step' : undefined} data-done={at < index}>
            <span>{at < index ? <Check size={14} strokeWidth={3} aria-hidden /> : at + 1}</span>
            {t.welcome.steps[one]}
          </li>
        ))}
      </ol>
      <div className="set-up-body">
        {step === 'shop' && (
          <Part title={t.welcome.shop.title} text={t.welcome.shop.text}>
            <NameStep name={shop.name} onNext={(name) => void goOn({ ...shop, name }, 'nas')} />
          </Part>
        )}
        {step === 'nas' && (
          <Part title={t.welcome.nas.title} text={t.welcome.nas.text}>
            <NasForm
              shop={shop}
              saveLabel={t.welcome.next}
              isStep
              onSave={(nas, secrets) => goOn({ ...shop, nas }, 'backend', secrets)}
            />
          </Part>
        )}
        {step === 'backend' && (
          <Part title={t.welcome.backend.title} text={t.welcome.backend.text}>
            <BackendForms
              shop={shop}
              saveLabel={t.welcome.next}
              isStep
              onSave={async (backend, secrets) => {
                const isSaved = await goOn({ ...shop, ...backend }, 'template', secrets)
                // A shop that others work for has its templates.
                if (isSaved && (await readTemplates(shop.id))) finish()
                return isSaved
              }}
            />
          </Part>
        )}
        {step === 'template' && (
          <Part title={t.welcome.template.title} text={t.welcome.template.text}>
            <TemplateForm
              id={ids.template}
              shopId={shop.id}
              template={null}
              saveLabel={t.welcome.finish}
              isStep
              onSave={async (template) => {
                const isSaved = (await saveTemplate(null, template)) !== null
                if (isSaved) finish()
                return isSaved
              }}
            />
          </Part>
        )}
        <div className="set-up-back">
          <Button kind="quiet" onClick={() => (index === 0 ? setUp(false) : setStep(STEPS[index - 1] ?? 'shop'))}>
            {t.back}
          </Button>
          {index > 0 && (
            <Button kind="quiet" onClick={finish}>
              {t.welcome.later}
            </Button>
          )}
        </div>
      </div>
    </main>
  )
}

function Part({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section className="set-up-part">
      <h1>{title}</h1>
      <p className="soft">{text}</p>
      {children}
    </section>
  )
}

function NameStep({ name, onNext }: { name: string; onNext: (name: string) => void }) {
  const { t } = useLanguage()
  const [draft, setDraft] = useState(name)
  const [isAsked, setIsAsked] = useState(false)
  const isNamed = draft.trim() !== ''
  return (
    <Form onSubmit={() => (isNamed ? onNext(draft.trim()) : setIsAsked(true))}>
      <Field
        label={t.settings.shopName}
        value={draft}
        error={isAsked && !isNamed ? t.settings.invalid.required : undefined}
        isFocused
        onChange={setDraft}
      />
      <FormButtons draft={null}>
        <Button kind="primary" isSubmit>
          {t.welcome.next}
        </Button>
      </FormButtons>
    </Form>
  )
}
