'use client'
import { useState } from 'react'
import { Allowed } from '@/components/data/allowed'
import { PageHeader } from '@/components/ui/page-header'
import type { Connected } from './connect'
import { ConnectForm } from './connect-form'
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
      <Allowed
        permission="registry.write"
        title="Connecting agents is for others here"
        who="An administrator or a governor registers agents and issues their keys. Ask one of them."
      >
        {connected ? <FirstCall agent={connected} /> : <ConnectForm onConnected={setConnected} />}
      </Allowed>
    </div>
  )
}
