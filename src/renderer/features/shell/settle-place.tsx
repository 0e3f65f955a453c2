import { useEffect, useState } from 'react'
import type { Place } from '../../../shared/api/places.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Choices } from '../../components/field.tsx'
import { useActions, useGalley, useWindow } from '../../stores/store-context.tsx'
import { useLanguage } from '../../texts/language.tsx'

const FURTHER = 'further'

/** Lets a person say what folder of the NAS it is that is not known as the shop's. */
export function SettlePlace({ shopId }: { shopId: string }) {
  const { t } = useLanguage()
  const [isAsking, setIsAsking] = useState(false)
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>{t.banner.place.ask}</Button>
      {isAsking && <PlaceDialog shopId={shopId} onClose={() => setIsAsking(false)} />}
    </>
  )
}

function PlaceDialog({ shopId, onClose }: { readonly shopId: string; readonly onClose: () => void }) {
  const { t } = useLanguage()
  const { bridge } = useWindow()
  const { notify } = useActions()
  const root = useGalley(({ shops }) => shops?.find((setup) => setup.shop.id === shopId)?.shop.nas?.root) ?? ''
  const [places, setPlaces] = useState<readonly Place[]>([])
  const [chosen, setChosen] = useState(FURTHER)
  const [isSaying, setIsSaying] = useState(false)
  useEffect(() => {
    let isShown = true
    void bridge.nasPlace({ shopId }).then((result) => {
      if (!isShown || !result.ok) return
      setPlaces(result.value.places)
      setChosen(result.value.here?.id ?? FURTHER)
    })
    return () => {
      isShown = false
    }
  }, [bridge, shopId])
  const say = async (): Promise<void> => {
    setIsSaying(true)
    const said = chosen === FURTHER ? FURTHER : { id: chosen }
    const result = await bridge.settlePlace({ shopId, said })
    if (!result.ok) notify({ kind: 'failure', failure: result.failure })
    onClose()
  }
  const words = t.banner.place
  return (
    <Dialog label={words.title} onClose={onClose}>
      <h2>{words.title}</h2>
      <p className="soft">{words.text(root)}</p>
      <Choices
        label={words.itIs}
        value={chosen}
        onChange={setChosen}
        choices={[
          ...places.map(({ id, name }) => ({ value: id, label: words.same(name) })),
          { value: FURTHER, label: words.further },
        ]}
      />
      <div className="dialog-actions">
        <Button onClick={onClose}>{words.no}</Button>
        <Button kind="primary" isBusy={isSaying} onClick={() => void say()}>
          {words.yes}
        </Button>
      </div>
    </Dialog>
  )
}
