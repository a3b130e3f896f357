'use client'
import { OctagonX, PencilLine, UserX } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useStop } from '@/components/containment/stop-provider'
import { Answer } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { GrantsSection } from '@/components/grant/grants-section'
import { CoverageSection } from '@/components/permit/coverage-section'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { CopyId } from '@/components/ui/copy-id'
import { FactsList } from '@/components/ui/facts-list'
import { PageHeader } from '@/components/ui/page-header'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { StateBadge } from '@/components/ui/state-badge'
import { kindWords, tierWords } from '@/lib/agent/words'
import { ActionsSection } from './actions-section'
import { type Accountable, type AgentDetail, useAgent } from './agents'
import { EditAgentDialog } from './edit-dialog'
import { KeysSection } from './keys-section'
import { ReadinessSection } from './readiness-section'
import { ScopesSection } from './scopes-section'
import { StorySection } from './story-section'
import { ofAgent } from './webhooks'
import { WebhooksSection } from './webhooks-section'

/** Who answers for it, and whether they can. */
function Who({ person }: { person: Accountable }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      {person.name}
      {person.inherited && ' (from the application)'}
      {person.active === false && (
        <Badge tone="denied" icon={UserX}>
          May not sign in
        </Badge>
      )}
    </span>
  )
}

/** Nobody of those who answer for it can: the gate denies all that it asks for. */
const isUnowned = ({ owner, backup }: AgentDetail) => [owner, backup].every(one => one === null || one.active === false)

function Retire({ agent, onClose }: { agent: AgentDetail; onClose: () => void }) {
  const submit = useSubmit(
    (reason: string) =>
      call(`/api/console/agents/${agent.id}/retire`, { method: 'POST', body: { reason }, ifMatch: agent.etag }),
    onClose,
  )
  return (
    <ReasonDialog
      title={`Retire ${agent.name}?`}
      description="Its keys stop working at once and it can never act again. What it did stays on record."
      verb="Retire for good"
      look="deny"
      busy={submit.busy}
      problem={submit.general}
      onSend={reason => void submit.run(reason)}
      onClose={onClose}
    />
  )
}

function Page({ agent }: { agent: AgentDetail }) {
  const stop = useStop()
  const [doing, setDoing] = useState<'edit' | 'retire' | null>(null)
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-6">
      <PageHeader
        above={
          <span className="flex items-center gap-2">
            <Link href="/agents" className="inline-flex min-h-6 items-center hover:underline">
              Agents & identities
            </Link>
            <CopyId value={agent.id} short />
          </span>
        }
        title={<bdi>{agent.name}</bdi>}
        state={
          <span className="flex gap-1.5">
            <StateBadge state={agent.status} />
            {agent.containment && <StateBadge state={agent.containment.level} />}
            {agent.observed && <StateBadge state="observed" />}
          </span>
        }
        about={agent.purpose}
        actions={
          agent.status !== 'retired' && (
            <>
              {agent.may_contain && (
                <Button
                  look="contain"
                  onClick={() => stop({ target: { type: 'agent', id: agent.id, name: agent.name } })}
                >
                  <OctagonX aria-hidden /> Stop…
                </Button>
              )}
              {agent.may_edit && (
                <>
                  <Button onClick={() => setDoing('edit')}>
                    <PencilLine aria-hidden /> Edit…
                  </Button>
                  <Button look="deny" onClick={() => setDoing('retire')}>
                    Retire…
                  </Button>
                </>
              )}
            </>
          )
        }
      />
      <Section title="What it is">
        <div className="px-4 py-3">
          {agent.status !== 'retired' && isUnowned(agent) && (
            <p className="mb-3 flex gap-2 rounded-md border border-denied-line bg-denied-soft px-3 py-2 text-denied text-sm">
              <UserX className="mt-0.5 size-4 shrink-0" aria-hidden />
              Nobody who answers for it may sign in: everything it asks for is denied until it has another owner.
            </p>
          )}
          <FactsList
            facts={[
              ['Kind', kindWords[agent.kind]],
              ['Environment', agent.environment],
              ['Application', `${agent.application.name} · ${agent.team.name}`],
              ['Criticality', tierWords[agent.tier]],
              ['Owner', agent.owner && <Who key="owner" person={agent.owner} />],
              ['Backup', agent.backup && <Who key="backup" person={agent.backup} />],
              ['Registered', <RelativeTime key="at" at={agent.created_at} />],
              ['By', agent.created_by.name],
            ]}
          />
        </div>
      </Section>
      <StorySection agent={agent} />
      {agent.status !== 'retired' && (
        <ReadinessSection subject={{ type: 'agent', id: agent.id, name: agent.name }} may={agent.may_edit} />
      )}
      <ScopesSection agent={agent} />
      <GrantsSection agentId={agent.id} />
      <CoverageSection agentId={agent.id} />
      <KeysSection agent={agent} />
      <WebhooksSection of={ofAgent(agent.id)} may={agent.may_keep_webhooks} />
      <ActionsSection agentId={agent.id} />
      {doing === 'edit' && <EditAgentDialog agent={agent} onClose={() => setDoing(null)} />}
      {doing === 'retire' && <Retire agent={agent} onClose={() => setDoing(null)} />}
    </div>
  )
}

/** One agent: what it is, what it may, its keys, what it has done. */
export function AgentPage({ id }: { id: string }) {
  return (
    <Answer query={useAgent(id)} page="agent">
      {agent => <Page agent={agent} />}
    </Answer>
  )
}
