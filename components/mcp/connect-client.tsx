'use client'
import { useState } from 'react'
import type { AgentItem } from '@/components/agent/agents'
import type { Connected } from '@/components/agent/connect'
import { ConnectForm } from '@/components/agent/connect-form'
import { KeyOnce } from '@/components/agent/key-once'
import { call } from '@/components/data/client'
import { useList } from '@/components/data/list'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Dialog } from '@/components/ui/dialog'
import { FormProblem } from '@/components/ui/form-problem'
import { Section } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import { TabPanel, Tabs } from '@/components/ui/tabs'
import { clientSetups } from '@/lib/mcp/clients'

/** What stands where the key goes, until there is one. */
const placeholder = 'hp_…'

/** A key for one of the agents that are there, or for a new one, by the same form as “Connect an agent”. */
function AgentKey({ onKey }: { onKey: (agent: Connected) => void }) {
  const agents = useList<AgentItem>('agent', 'agents', { limit: 200 })
  const [chosen, setChosen] = useState('')
  const [connecting, setConnecting] = useState(false)
  const live = agents.data?.items.filter(one => one.status !== 'retired') ?? []
  const agent = live.find(one => one.id === chosen)
  const issue = useSubmit(
    ({ id, name }: AgentItem) =>
      call<{ key: string }>(`/api/console/agents/${id}/credentials`, {
        method: 'POST',
        body: { name: 'MCP client' },
      }).then(({ key }) => ({ id, name, key })),
    onKey,
  )
  return (
    <div className="flex flex-col gap-2">
      <p className="text-ink-2 text-sm">
        A client calls as an agent, with a key of that agent. Whose key is it to have?
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <Select
          label="Agent"
          className="min-w-56"
          value={chosen}
          placeholder={agents.isPending ? 'Loading…' : 'Choose an agent'}
          onChange={setChosen}
          choices={live.map(one => ({ value: one.id, label: one.name }))}
        />
        <Button onClick={() => agent && void issue.run(agent)} busy={issue.busy} disabled={!agent}>
          Issue a key
        </Button>
        <span className="text-ink-3 text-xs">or</span>
        <Button look="quiet" onClick={() => setConnecting(true)}>
          Connect a new agent…
        </Button>
      </div>
      <FormProblem text={issue.general} />
      {connecting && (
        <Dialog
          open
          wide
          onOpenChange={setConnecting}
          title="Connect an agent"
          description="Anything that acts by itself: an agent, a bot, a service account."
        >
          <ConnectForm
            onConnected={made => {
              setConnecting(false)
              onKey(made)
            }}
          />
        </Dialog>
      )}
    </div>
  )
}

/** The configuration of the common clients, ready to copy: with the key, the only time it is shown. */
export function ConnectClient({ endpoint }: { endpoint: string }) {
  const may = useMay('registry.write')
  const [client, setClient] = useState('claude-code')
  const [agent, setAgent] = useState<Connected | null>(null)
  const setups = clientSetups(endpoint, agent?.key ?? placeholder)
  return (
    <Section title="Connect a client">
      <div className="flex flex-col gap-4 px-4 py-4">
        {agent ? (
          <>
            <p className="text-sm">
              The client calls as <bdi className="font-medium">{agent.name}</bdi>.
            </p>
            <KeyOnce value={agent.key} />
          </>
        ) : (
          may && <AgentKey onKey={setAgent} />
        )}
        <Tabs
          label="Client"
          value={client}
          onChange={setClient}
          tabs={setups.map(one => ({ value: one.id, label: one.label }))}
        >
          {setups.map(one => (
            <TabPanel key={one.id} value={one.id} className="pt-3">
              <CodeBlock text={one.text} label={`the configuration for ${one.label}`} />
              <p className="mt-1.5 text-ink-3 text-xs">{one.how}</p>
            </TabPanel>
          ))}
        </Tabs>
        <p className="text-ink-2 text-xs">
          Take the servers themselves out of the client’s configuration: what it reaches without Holdpoint is not
          overseen.
        </p>
      </div>
    </Section>
  )
}
