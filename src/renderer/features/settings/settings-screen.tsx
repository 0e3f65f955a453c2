import { FlaskConical, Plus } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { LANGUAGES } from '../../../shared/domain/language.ts'
import { DEFAULT_MATCHING, MATCHING_PRESETS } from '../../../shared/domain/match.ts'
import { keepsRecordsHere, type Shop } from '../../../shared/domain/shop.ts'
import type { ShopSetup } from '../../../shared/ipc/engine.ts'
import { Button } from '../../components/button.tsx'
import { Choices, Field } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { chosenShop } from '../../stores/shown-shop.ts'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { BackendForms } from './backend-forms.tsx'
import { FormButtons } from './form-buttons.tsx'
import { NasForm } from './nas-form.tsx'
import { useSaving } from './saving.ts'
import { SpeedForm } from './speed-form.tsx'
import { TemplateForm } from './template-form.tsx'
import { useDraft } from './use-draft.ts'
import './settings.css'

/** Everything that can be set for the chosen shop. */
export function SettingsScreen() {
  const { t } = useLanguage()
  const setup = useGalley((state) => chosenShop(state.shops, state.preferences))
  const { refreshShops } = useActions()
  // The terminal may have changed them since.
  useEffect(() => void refreshShops(), [refreshShops])
  return (
    <div className="settings">
      <header className="screen-header">
        <h1>{t.settings.title}</h1>
      </header>
      {/* the forms keep drafts of one shop: another shop gets forms of its own */}
      {setup !== null && <Sections key={setup.shop.id} setup={setup} />}
    </div>
  )
}

function Sections({ setup }: { setup: ShopSetup }) {
  const { t } = useLanguage()
  const { shop } = setup
  const { saveShop } = useSaving({ isTold: true })
  return (
    <div className="settings-body">
      {shop.kind === 'practice' ? (
        <PracticeNote />
      ) : (
        <>
          <Section title={t.welcome.steps.shop}>
            <NameForm setup={setup} />
          </Section>
          <Section title={t.settings.sections.nas} text={t.settings.nas.text}>
            <NasForm shop={shop} saveLabel={t.save} onSave={(nas, secrets) => saveShop(shop, { nas }, secrets)} />
          </Section>
          <Section title={t.settings.sections.backend} text={t.settings.backend.text}>
            <BackendForms
              shop={shop}
              saveLabel={t.save}
              onSave={(backend, secrets) => saveShop(shop, backend, secrets)}
            />
          </Section>
        </>
      )}
      <Section title={t.settings.sections.template} text={t.settings.template.text}>
        <Templates setup={setup} />
      </Section>
      <Section title={t.settings.sections.duplicates} text={t.settings.duplicates.text}>
        <PolicyForm />
        <MatchingForm shop={shop} />
      </Section>
      <Section title={t.settings.sections.speed} text={t.settings.speed.text}>
        <SpeedForm />
      </Section>
      <Section title={t.settings.sections.look}>
        <LanguageForm />
        <p className="soft">{t.settings.look.text}</p>
      </Section>
      <Section title={t.settings.sections.about}>
        <About designs={setup.designCount} />
      </Section>
    </div>
  )
}

function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section className="settings-section">
      <div>
        <h2>{title}</h2>
        {text !== undefined && <p className="soft">{text}</p>}
      </div>
      <div>{children}</div>
    </section>
  )
}

function PracticeNote() {
  const { t } = useLanguage()
  const { setUp } = useActions()
  return (
    <div className="practice-note">
      <FlaskConical size={20} strokeWidth={1.75} aria-hidden />
      <div>
        <h2>{t.settings.practice.title}</h2>
        <p className="soft">{t.settings.practice.text}</p>
      </div>
      <Button onClick={() => setUp(true)}>{t.settings.practice.setUp}</Button>
    </div>
  )
}

function NameForm({ setup: { shop } }: { setup: ShopSetup }) {
  const { t } = useLanguage()
  const { saveShop } = useSaving({ isTold: true })
  const state = useDraft('name', shop.id, { name: shop.name })
  const { name } = state.draft
  const isNamed = name.trim() !== ''
  const save = async (): Promise<void> => {
    if (isNamed && (await saveShop(shop, { name: name.trim() }))) state.discard()
  }
  return (
    <Form onSubmit={() => void save()}>
      <Field
        label={t.settings.shopName}
        value={name}
        error={isNamed ? undefined : t.settings.invalid.required}
        onChange={(typed) => state.change({ name: typed })}
      />
      <FormButtons draft={state}>
        <Button kind="primary" isSubmit>
          {t.save}
        </Button>
      </FormButtons>
    </Form>
  )
}

function Templates({ setup: { shop, templates } }: { setup: ShopSetup }) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const { saveTemplate, settleTemplate } = useSaving({ isTold: true })
  const [chosenId, setChosenId] = useState(() => (templates.find(({ theirs }) => theirs !== null) ?? templates[0])?.id)
  const isAway = useGalley(({ projection: { status } }) =>
    status.libraries.some(({ shopId, kind }) => shopId === shop.id && kind === 'away'),
  )
  const isShared = !keepsRecordsHere(shop) && templates.some(({ revision }) => revision > 0)
  // What it answers comes as a change of the templates, or as the shop's library that is away.
  useEffect(() => void bridge.readTemplates({ shopId: shop.id }), [bridge, shop.id])
  const [newId, setNewId] = useState(() => crypto.randomUUID())
  const chosen = templates.find(({ id }) => id === chosenId) ?? null
  return (
    <>
      <div className="template-tabs">
        {templates.map(({ id, name }) => (
          <button key={id} type="button" aria-pressed={id === chosenId} onClick={() => setChosenId(id)}>
            {name}
          </button>
        ))}
        <button type="button" aria-pressed={chosen === null} onClick={() => setChosenId(undefined)}>
          <Plus size={14} aria-hidden /> {t.settings.template.add}
        </button>
      </div>
      <TemplateForm
        key={chosen?.id ?? 'new'}
        id={chosen?.id ?? newId}
        shopId={shop.id}
        template={chosen}
        saveLabel={t.save}
        isReadOnly={isShared && isAway}
        onSettle={(kept) => settleTemplate(chosen?.id ?? '', kept)}
        onSave={async (template) => {
          const savedId = await saveTemplate(chosen, template)
          if (savedId === null) return false
          setChosenId(savedId)
          setNewId(crypto.randomUUID())
          return true
        }}
      />
    </>
  )
}

function PolicyForm() {
  const { t } = useLanguage()
  const policy = useGalley((state) => state.preferences.policy)
  const { choosePolicy } = useActions()
  const { exact, near, exactChoices, nearChoices } = t.settings.duplicates
  return (
    <div className="form form-line">
      <Choices
        label={exact}
        value={policy.onDuplicate}
        choices={[
          { value: 'skip', label: exactChoices.skip },
          { value: 'ask', label: exactChoices.ask },
          { value: 'keep', label: exactChoices.keep },
        ]}
        onChange={(onDuplicate) => choosePolicy({ ...policy, onDuplicate })}
      />
      <Choices
        label={near}
        value={policy.onSimilar}
        choices={[
          { value: 'review', label: nearChoices.review },
          { value: 'skip', label: nearChoices.skip },
          { value: 'keep', label: nearChoices.keep },
        ]}
        onChange={(onSimilar) => choosePolicy({ ...policy, onSimilar })}
      />
    </div>
  )
}

/** How much has to agree, with what each choice means. */
function MatchingForm({ shop }: { shop: Shop }) {
  const { t } = useLanguage()
  const { saveShop } = useSaving({ isTold: true })
  const { matching, presets, presetNotes } = t.settings.duplicates
  const chosen = shop.matching ?? DEFAULT_MATCHING
  return (
    <div className="form settings-matching">
      <Choices
        label={matching}
        value={chosen}
        choices={MATCHING_PRESETS.map((value) => ({ value, label: presets[value] }))}
        onChange={(preset) => void saveShop(shop, { matching: preset })}
      />
      <p className="form-example soft">{presetNotes[chosen]}</p>
    </div>
  )
}

function LanguageForm() {
  const { t } = useLanguage()
  const choice = useGalley((state) => state.spoken.choice)
  const { chooseLanguage } = useActions()
  const { language, asSystem, languages } = t.settings.look
  return (
    <div className="form">
      <Choices
        label={language}
        value={choice}
        choices={[
          { value: 'system', label: asSystem },
          ...LANGUAGES.map((value) => ({ value, label: languages[value] })),
        ]}
        onChange={(chosen) => void chooseLanguage(chosen)}
      />
    </div>
  )
}

function About({ designs }: { designs: number }) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const [version, setVersion] = useState('')
  useEffect(() => {
    let isShown = true
    void bridge.appInfo().then((result) => {
      if (isShown && result.ok) setVersion(result.value.version)
    })
    return () => {
      isShown = false
    }
  }, [bridge])
  return (
    <p className="soft tabular selectable">
      {t.settings.about.version(version)} · {t.settings.about.known(designs)}
    </p>
  )
}
