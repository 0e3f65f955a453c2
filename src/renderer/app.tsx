import { useEffect } from 'react'
import { ActivityScreen } from './features/activity/activity-screen.tsx'
import { UploadsScreen } from './features/batches/uploads-screen.tsx'
import { DropTarget } from './features/drop/drop-target.tsx'
import { ReviewScreen } from './features/duplicates/review-screen.tsx'
import { SettingsScreen } from './features/settings/settings-screen.tsx'
import { Banners } from './features/shell/banners.tsx'
import { KeysOverlay } from './features/shell/keys-overlay.tsx'
import { LiveRegion } from './features/shell/live-region.tsx'
import { NoticeToast } from './features/shell/notice-toast.tsx'
import { Sidebar } from './features/shell/sidebar.tsx'
import { useWindowKeys } from './features/shell/window-keys.ts'
import { WelcomeScreen } from './features/welcome/welcome-screen.tsx'
import { useActions, useGalley, useWindow } from './stores/store-context.tsx'
import type { Screen } from './stores/window-slice.ts'
import './app.css'

/** The whole window: setting up a shop, or the shop's screens beside the navigation. */
export function App() {
  const shops = useGalley((state) => state.shops)
  const isSettingUp = useGalley((state) => state.isSettingUp)
  const isHelpOpen = useGalley((state) => state.isHelpOpen)
  useWindowKeys()
  useMenuCommands()
  const isWelcome = isSettingUp || shops?.length === 0
  return (
    <>
      <DropTarget>{isWelcome ? <WelcomeScreen /> : <Workplace />}</DropTarget>
      {isHelpOpen && <KeysOverlay />}
      <NoticeToast />
      <LiveRegion />
    </>
  )
}

function Workplace() {
  const screen = useGalley((state) => state.screen)
  return (
    <div className="workplace">
      <Sidebar />
      <main className="stage">
        <Banners />
        <div className="screen">{SCREENS[screen]}</div>
      </main>
    </div>
  )
}

const SCREENS: Readonly<Record<Screen, React.JSX.Element>> = {
  uploads: <UploadsScreen />,
  review: <ReviewScreen />,
  activity: <ActivityScreen />,
  settings: <SettingsScreen />,
}

function useMenuCommands(): void {
  const { bridge } = useWindow()
  const actions = useActions()
  useEffect(
    () =>
      bridge.on('menuCommand', (menu) => {
        switch (menu.command) {
          case 'add-files':
            return void actions.pick('files')
          case 'add-folder':
            return void actions.pick('folder')
          case 'find':
            actions.show('uploads')
            return actions.find()
          case 'settings':
            return actions.show('settings')
          case 'keys':
            return actions.showHelp(true)
          case 'show-batch':
            actions.chooseShop(menu.shopId)
            actions.show('uploads')
            return actions.leadToBatch(menu.batchId)
        }
      }),
    [bridge, actions],
  )
}
