'use client'
import type { ReactNode } from 'react'
import { ObservingBanner } from '@/components/agent/observing-banner'
import { ContainmentBanner } from '@/components/containment/banner'
import { StopProvider } from '@/components/containment/stop-provider'
import { Live } from '@/components/data/live'
import { useMe } from '@/components/data/me'
import { GlassBanner } from '@/components/grant/glass-banner'
import { PasskeyBanner } from '@/components/passkey/passkey-banner'
import { useHydrated } from '@/components/ui/use-hydrated'
import { BottomBar } from './bottom-bar'
import { ConnectionBanner } from './connection-banner'
import { Rail } from './rail'
import { TitleCount } from './title-count'
import { TopBar } from './top-bar'
import { Worker } from './worker'

/** The frame around every page of a person who is signed in. Changing the person changes everything inside. */
export function Shell({ children }: { children: ReactNode }) {
  const me = useMe().data
  const hydrated = useHydrated()
  return (
    <StopProvider>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 font-medium text-on-solid text-sm focus:translate-y-0"
      >
        Skip to content
      </a>
      {me && <Live key={me.id} />}
      <Worker />
      <TitleCount waiting={me?.counts.my_holds ?? 0} />
      <div className="flex min-h-dvh">
        <Rail />
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar />
          <ConnectionBanner />
          <ContainmentBanner />
          <ObservingBanner />
          <GlassBanner />
          <PasskeyBanner />
          <main id="main" tabIndex={-1} className="flex-1 px-4 pt-4 pb-24 outline-none sm:px-6 sm:pt-6 sm:pb-10">
            {/* Everything in here is read by the browser: drawn on the server it could only differ from what has arrived by then. */}
            {hydrated && children}
          </main>
        </div>
      </div>
      <BottomBar />
    </StopProvider>
  )
}
