'use client'
import { Radio } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { ClassifyVerb } from '@/components/hold/classify-verb'
import { useHold } from '@/components/hold/holds'
import { useServers } from '@/components/mcp/servers'
import { ButtonLink } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Section } from '@/components/ui/section'
import { StateBadge } from '@/components/ui/state-badge'
import { TabPanel, Tabs } from '@/components/ui/tabs'
import { clientSetups } from '@/lib/mcp/clients'
import { type ActionLine, useAgentActions } from './agents'
import type { Connected } from './connect'
import { KeyOnce } from './key-once'
import { snippets } from './snippets'

/** A new tool is classified here, in one press; what the rules then hold is decided on its own screen. */
function Held({ holdId, tool }: { holdId: string; tool: string }) {
  const hold = useHold(holdId).data
  if (!hold) return null
  if (hold.change?.kind === 'tool.classify') {
    return (
      <div className="flex flex-col items-start gap-2">
        <p className="text-ink-2 text-sm">
          Nobody has said yet what <code className="font-mono text-xs">{tool}</code> does, so it waits. Say it once;
          then the rules decide.
        </p>
        <ClassifyVerb toolId={hold.change.subject} block={null} />
      </div>
    )
  }
  return (
    <ButtonLink href={`/approvals/${holdId}`} look="primary" className="self-start">
      Look at it and decide
    </ButtonLink>
  )
}

function NextStep({ call }: { call: ActionLine }) {
  if (call.status === 'held' && call.hold_id) return <Held holdId={call.hold_id} tool={call.tool} />
  if (call.hold_id && call.decision) {
    return (
      <p className="text-sm">
        Decided: {call.decision.reason}{' '}
        <Link href={`/approvals/${call.hold_id}`} className="underline underline-offset-2">
          See it
        </Link>
      </p>
    )
  }
  return (
    <p className="text-ink-2 text-sm">It was decided by a rule. Try something that writes, to see a person asked.</p>
  )
}

/** The key, the snippets, and the first call, as it arrives: its tool to classify, then its hold to decide. */
export function FirstCall({ agent }: { agent: Connected }) {
  const [language, setLanguage] = useState('curl')
  const servers = useServers().data
  // Where servers stand behind Holdpoint, a client of the protocol needs no code at all.
  const clients = servers?.items.length ? clientSetups(servers.endpoint, agent.key) : []
  const others = clients.map(one => (one.id === 'json' ? { ...one, label: 'Any MCP client' } : one))
  const all = [...snippets(window.location.origin, agent.key), ...others]
  const actions = useAgentActions(agent.id, 5)
  const calls = actions.data?.items ?? []
  const last = calls.at(0)
  return (
    <>
      <KeyOnce value={agent.key} />
      <Tabs
        label="Language or client"
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
              <NextStep call={last} />
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
