'use client'
import { Database, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { List, useList } from '@/components/data/list'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { SecondPerson } from '@/components/hold/second-person'
import { Badge } from '@/components/ui/badge'
import { Button, IconButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { Section } from '@/components/ui/section'

interface Source {
  readonly id: string
  readonly name: string
  readonly type_pattern: string
  readonly id_pattern: string
  readonly url: string
  readonly waiting_hold_id: string | null
  readonly etag: string
}
interface Proposed {
  readonly hold_id: string
}

function SourceForm({ onAsked }: { onAsked: (hold: string) => void }) {
  const [name, setName] = useState('')
  const [type, setType] = useState('')
  const [url, setUrl] = useState('')
  const submit = useSubmit(
    () =>
      call<Proposed>('/api/console/resource-sources', {
        method: 'POST',
        body: { name: name.trim(), type_pattern: type.trim(), url: url.trim() },
      }),
    answer => {
      setName('')
      setType('')
      setUrl('')
      onAsked(answer.hold_id)
    },
  )
  return (
    <form
      className="flex flex-wrap items-center gap-2"
      onSubmit={event => {
        event.preventDefault()
        void submit.run()
      }}
    >
      <Input
        aria-label="Name of the source"
        placeholder="name, e.g. CMDB"
        className="max-w-40"
        maxLength={100}
        value={name}
        onChange={event => setName(event.target.value)}
      />
      <Input
        aria-label="Type of resource that it knows"
        placeholder="type, e.g. customer"
        className="max-w-44 font-mono"
        value={type}
        onChange={event => setType(event.target.value)}
      />
      <Input
        aria-label="Address that is asked"
        placeholder="https://cmdb.example/{type}/{id}"
        className="min-w-64 flex-1 font-mono"
        value={url}
        onChange={event => setUrl(event.target.value)}
      />
      <Button type="submit" busy={submit.busy} disabled={name.trim() === '' || type.trim() === '' || url.trim() === ''}>
        Ask for it
      </Button>
      <div className="basis-full">
        <FormProblem text={submit.at('/url') ?? submit.at('/type_pattern') ?? submit.general} />
      </div>
    </form>
  )
}

/** Systems that are asked what a resource is. Adding and removing one takes a second person. */
export function SourcesSettings() {
  const may = useMay('registry.write')
  const [waiting, setWaiting] = useState('')
  const sources = useList<Source>('resource', 'resource-sources', { limit: 200 })
  const remove = useSubmit(
    (one: Source) => call<Proposed>(`/api/console/resource-sources/${one.id}`, { method: 'DELETE', ifMatch: one.etag }),
    answer => setWaiting(answer.hold_id),
  )
  return (
    <Section title="Fact sources" plain>
      <p className="-mt-1 max-w-2xl text-ink-2 text-sm">
        A system of yours that knows what a resource is. It is asked before a decision, for 200 ms at most. No answer
        counts as production and restricted.
      </p>
      {may && <SourceForm onAsked={setWaiting} />}
      {waiting && <SecondPerson hold={waiting} />}
      <FormProblem text={remove.general} />
      <List
        list={sources}
        empty={
          <EmptyState icon={Database} title="Nothing is asked">
            Patterns, registrations and what agents say are all that counts.
          </EmptyState>
        }
      >
        {items => (
          <ul className="divide-y rounded-lg border bg-surface">
            {items.map(one => (
              <li key={one.id} className="flex items-center gap-4 px-4 py-2">
                <span className="min-w-0 flex-1">
                  <span className="flex items-center gap-2">
                    <bdi className="truncate font-medium text-sm">{one.name}</bdi>
                    <code className="font-mono text-ink-3 text-xs">
                      {one.type_pattern}:{one.id_pattern}
                    </code>
                    {one.waiting_hold_id && <Badge tone="held">A change waits</Badge>}
                  </span>
                  <code className="wrap-anywhere font-mono text-ink-2 text-xs">{one.url}</code>
                </span>
                {may && !one.waiting_hold_id && (
                  <IconButton label={`Ask ${one.name} no longer`} onClick={() => void remove.run(one)}>
                    <Trash2 aria-hidden />
                  </IconButton>
                )}
              </li>
            ))}
          </ul>
        )}
      </List>
    </Section>
  )
}
