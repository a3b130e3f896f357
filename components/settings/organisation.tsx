'use client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Countersigning } from '@/components/passkey/countersigning'
import { Button } from '@/components/ui/button'
import { CopyId } from '@/components/ui/copy-id'
import { FactsList } from '@/components/ui/facts-list'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { timeLeft } from '@/components/ui/ring'
import { Section } from '@/components/ui/section'
import { toast } from '@/components/ui/toast'
import type { CountersignTier } from '@/lib/access/countersigning'

interface Settings {
  readonly organisation: { readonly name: string }
  readonly hold_lifetime_seconds: number
  readonly session_hours?: number
  readonly countersign: CountersignTier
  readonly signers: { readonly all: number; readonly ready: number }
  readonly smtp: boolean
  readonly url: string
  readonly version: string
  readonly database: 'embedded' | 'external'
  readonly etag?: string
}

function NameForm({ settings }: { settings: Settings }) {
  const may = useMay('settings.write')
  const [name, setName] = useState(settings.organisation.name)
  const submit = useSubmit(
    () =>
      call('/api/console/settings', {
        method: 'PATCH',
        body: { organisation: { name: name.trim() } },
        ifMatch: settings.etag,
      }),
    () => toast('Saved'),
  )
  return (
    <form
      className="flex max-w-sm flex-col gap-3"
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() !== '') void submit.run()
      }}
    >
      <Field
        label="Name"
        error={submit.at('/organisation/name') ?? (name.trim() === '' ? 'It needs a name.' : undefined)}
      >
        {bind => (
          <Input
            {...bind}
            disabled={!may}
            maxLength={200}
            value={name}
            onChange={event => setName(event.target.value)}
          />
        )}
      </Field>
      <FormProblem text={submit.general} />
      {may && (
        <Button
          type="submit"
          className="self-start"
          busy={submit.busy}
          disabled={name.trim() === settings.organisation.name}
        >
          Save
        </Button>
      )}
    </form>
  )
}

/** What this deployment is called, and how it runs. */
export function OrganisationSettings() {
  const settings = useQuery({
    queryKey: keys.one('settings', 'all'),
    queryFn: ({ signal }) => call<Settings>('/api/console/settings', { signal }),
  })
  return (
    <Answer query={settings}>
      {found => (
        <div className="flex flex-col gap-6">
          <Section title="Organisation">
            <div className="p-4">
              <NameForm key={found.organisation.name} settings={found} />
            </div>
          </Section>
          <Section title="Countersigning">
            <div className="p-4">
              <Countersigning
                key={found.countersign}
                tier={found.countersign}
                signers={found.signers}
                etag={found.etag}
              />
            </div>
          </Section>
          <Section title="How it runs">
            <div className="px-4 py-3">
              <FactsList
                columns={1}
                facts={[
                  ['Address', <CopyId key="url" value={found.url} />],
                  ['Version', found.version],
                  ['Database', found.database === 'embedded' ? 'its own PostgreSQL, beside it' : 'your PostgreSQL'],
                  ['Mail', found.smtp ? 'people are told by mail' : 'not set up: invitations are links to copy'],
                  [
                    'Approvals',
                    `live ${timeLeft(found.hold_lifetime_seconds * 1_000)} unless a rule or the agent says less`,
                  ],
                ]}
              />
            </div>
          </Section>
        </div>
      )}
    </Answer>
  )
}
