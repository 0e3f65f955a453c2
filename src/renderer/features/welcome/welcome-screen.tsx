import { ArrowRight, FlaskConical, type LucideIcon, Store } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { GalleyDrawing } from '../drop/galley-drawing.tsx'
import { SetUpSteps } from './set-up-steps.tsx'
import './welcome.css'

/** The first run: the practice shop in one click, or a real shop step by step. */
export function WelcomeScreen() {
  const isSettingUp = useGalley((state) => state.isSettingUp)
  return <div className="welcome">{isSettingUp ? <SetUpSteps /> : <FirstChoice />}</div>
}

function FirstChoice() {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const { setUp, refreshShops, chooseShop, notify } = useActions()
  const [isStarting, setIsStarting] = useState(false)
  const startPractice = async (): Promise<void> => {
    setIsStarting(true)
    const started = await bridge.startPractice()
    setIsStarting(false)
    if (!started.ok) return notify({ kind: 'failure', failure: started.failure })
    chooseShop(started.value.shopId)
    await refreshShops()
  }
  return (
    <main className="welcome-choice">
      <GalleyDrawing />
      <h1>{t.welcome.title}</h1>
      <p className="soft">{t.welcome.text}</p>
      <div className="welcome-ways">
        <Way
          icon={FlaskConical}
          title={t.welcome.practice.title}
          text={t.welcome.practice.text}
          go={isStarting ? t.welcome.practice.starting : t.welcome.practice.go}
          isDisabled={isStarting}
          isPrimary
          onGo={() => void startPractice()}
        />
        <Way
          icon={Store}
          title={t.welcome.real.title}
          text={t.welcome.real.text}
          go={t.welcome.real.go}
          isDisabled={isStarting}
          onGo={() => setUp(true)}
        />
      </div>
    </main>
  )
}

interface WayProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly text: string
  readonly go: string
  readonly isPrimary?: boolean
  readonly isDisabled: boolean
  readonly onGo: () => void
}

function Way({ icon: Icon, title, text, go, isPrimary = false, isDisabled, onGo }: WayProps) {
  return (
    <section className="welcome-way">
      <span className="empty-icon">
        <Icon size={24} strokeWidth={1.75} aria-hidden />
      </span>
      <h2>{title}</h2>
      <p className="soft">{text}</p>
      <Button kind={isPrimary ? 'primary' : 'plain'} icon={ArrowRight} isDisabled={isDisabled} onClick={onGo}>
        {go}
      </Button>
    </section>
  )
}
