'use client'
import { useState } from 'react'
import { PageHeader } from '@/components/ui/page-header'
import { type Connected, ConnectForm } from './connect-form'
import { FirstCall } from './first-call'

/** Connecting an agent: who it is and what it may; then its key and its first call, as it arrives. */
export function ConnectPage() {
  const [connected, setConnected] = useState<Connected | null>(null)
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-6">
      <PageHeader
        title={connected ? `Call as ${connected.name}` : 'Connect an agent'}
        about={
          connected
            ? 'Paste one of these where your agent runs. The first call shows up here.'
            : 'Anything that acts by itself: an agent, a bot, a service account.'
        }
      />
      {connected ? <FirstCall agent={connected} /> : <ConnectForm onConnected={setConnected} />}
    </div>
  )
}
