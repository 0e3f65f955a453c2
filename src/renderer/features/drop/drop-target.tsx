import { Inbox } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { chosenShop, chosenTemplate } from '../../stores/shown-shop.ts'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'
import { isTyping } from '../shell/shortcuts.ts'
import './drop.css'

/** Takes files and folders dropped anywhere in the window, or pasted into it. */
export function DropTarget({ children }: { children: ReactNode }) {
  const { bridge } = useWindow()
  const { addPaths, notify } = useActions()
  const [isOver, setIsOver] = useState(false)
  /** Enter and leave come for every element crossed; the window is left when all were. */
  const depth = useRef(0)

  useEffect(() => {
    const add = (files: FileList): void => {
      const paths = [...files].map((file) => bridge.pathOf(file)).filter((path) => path !== '')
      if (paths.length === 0) notify({ kind: 'not-on-disk' })
      else void addPaths(paths)
    }
    const crossed = (event: DragEvent, step: 1 | -1): void => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      depth.current = Math.max(0, depth.current + step)
      setIsOver(depth.current > 0)
    }
    const onEnter = (event: DragEvent): void => crossed(event, 1)
    const onLeave = (event: DragEvent): void => crossed(event, -1)
    const onOver = (event: DragEvent): void => {
      event.preventDefault()
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
    }
    const onDrop = (event: DragEvent): void => {
      event.preventDefault()
      depth.current = 0
      setIsOver(false)
      if (event.dataTransfer?.files.length) add(event.dataTransfer.files)
    }
    const onPaste = (event: ClipboardEvent): void => {
      if (isTyping(event.target) || !event.clipboardData?.files.length) return
      event.preventDefault()
      add(event.clipboardData.files)
    }
    window.addEventListener('dragenter', onEnter)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('dragover', onOver)
    window.addEventListener('drop', onDrop)
    window.addEventListener('paste', onPaste)
    return () => {
      window.removeEventListener('dragenter', onEnter)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('drop', onDrop)
      window.removeEventListener('paste', onPaste)
    }
  }, [bridge, addPaths, notify])

  return (
    <>
      {children}
      {isOver && <DropOverlay />}
    </>
  )
}

function DropOverlay() {
  const { t } = useLanguage()
  const setup = useGalley((state) => chosenShop(state.shops, state.preferences))
  const preferences = useGalley((state) => state.preferences)
  const template = chosenTemplate(setup, preferences)
  return (
    <div className="drop-overlay" role="status">
      <div>
        <span className="drop-overlay-icon">
          <Inbox size={32} strokeWidth={1.75} aria-hidden />
        </span>
        <h2>{t.drop.overlay}</h2>
        {setup !== null && template !== null && <p>{t.drop.overlayTo(setup.shop.name, template.name)}</p>}
      </div>
    </div>
  )
}
