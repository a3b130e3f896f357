'use client'
import { Radio } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { ButtonLink } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Section } from '@/components/ui/section'
import { StateBadge } from '@/components/ui/state-badge'
import { TabPanel, Tabs } from '@/components/ui/tabs'
import { useAgentActions } from './agents'
import type { Connected } from './connect-form'
import { KeyOnce } from './key-once'
import { snippets } from './snippets'

function NextStep({ status, holdId }: { status: string; holdId: string | null }) {
  if (status !== 'held' || !holdId) {
    return (
      <p className="text-ink-2 text-sm">It was decided by a rule. Try something that writes, to see a person asked.</p>
    )
  }
  return (
    <ButtonLink href={`/approvals/${holdId}`} look="primary" className="self-start">
      Look at it and decide
    </ButtonLink>
  )
}

/** The key, the snippets, and the first call, as it arrives: its tool to classify, then its hold to decide. */
export function FirstCall({ agent }: { agent: Connected }) {
  const [language, setLanguage] = useState('curl')
  const all = snippets(window.location.origin, agent.key)
  const actions = useAgentActions(agent.id, 5)
  const calls = actions.data?.items ?? []
  const last = calls.at(0)
  return (
    <>
      <KeyOnce value={agent.key} />
      <Tabs
        label="Language"
        value={language}
        onChange={setLanguage}
        tabs={all.map(one => ({ value: one.id, label: one.label }))}
      >
        {all.map(one => (
          <TabPanel key={one.id} value={one.id} className="pt-3">
            <CodeBlock text={one.text} label={one.label} />
            <p className="mt-1.5 text-ink-3 text-xs">{one.how}</p>
          </TabPanel>
        ))}
      </Tabs>
      <Section title="The first call">
        <div aria-live="polite" className="flex flex-col gap-3 px-4 py-4">
          {last ? (
            <>
              <p className="flex flex-wrap items-center gap-2">
                It has arrived: <code className="font-mono text-sm">{last.tool}</code>{' '}
                <StateBadge state={last.status} />
              </p>
              <NextStep status={last.status} holdId={last.hold_id} />
            </>
          ) : (
            <p className="flex items-center gap-2 text-ink-2">
              <Radio className="size-4 animate-pulse text-accent" aria-hidden /> Waiting for the first call…
            </p>
          )}
        </div>
      </Section>
      <Link href={`/agents/${agent.id}`} className="text-ink-2 text-sm underline underline-offset-2">
        To the page of {agent.name}
      </Link>
    </>
  )
}
