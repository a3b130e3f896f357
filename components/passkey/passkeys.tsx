'use client'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { toast } from '@/components/ui/toast'
import { AddPasskey } from './add-passkey'
import { ChangeWords } from './change-words'
import { type Passkey, usePasskeys } from './use-passkeys'

function Rename({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const [name, setName] = useState(passkey.name)
  const submit = useSubmit(
    () =>
      call(`/api/console/me/passkeys/${passkey.id}`, {
        method: 'PATCH',
        body: { name: name.trim() },
        ifMatch: passkey.etag,
      }),
    onClose,
  )
  return (
    <FormDialog
      title="Call it something else"
      verb="Save"
      busy={submit.busy}
      problem={submit.general}
      onSend={() => {
        if (name.trim() !== '') void submit.run()
      }}
      onClose={onClose}
    >
      <Field label="Name" error={submit.at('/name') ?? (name.trim() === '' ? 'It needs a name.' : undefined)}>
        {bind => (
          <Input {...bind} data-first maxLength={60} value={name} onChange={event => setName(event.target.value)} />
        )}
      </Field>
    </FormDialog>
  )
}

function Remove({ passkey, last, onClose }: { passkey: Passkey; last: boolean; onClose: () => void }) {
  const fresh = useFreshSignIn()
  const submit = useSubmit(
    () => fresh.run(() => call(`/api/console/me/passkeys/${passkey.id}`, { method: 'DELETE' })),
    () => {
      toast('Passkey removed')
      onClose()
    },
  )
  return (
    <>
      <FormDialog
        open={!fresh.asking}
        title={`Remove “${passkey.name}”?`}
        description={
          last
            ? 'It is your only passkey. From now on you cannot approve what must be countersigned; one that you register later may a day after.'
            : 'It signs nothing any more, at once and for ever. What it has signed stays valid.'
        }
        verb="Remove"
        look="deny"
        busy={submit.busy}
        problem={submit.general}
        onSend={() => void submit.run()}
        onClose={onClose}
      />
      {fresh.dialog}
    </>
  )
}

function PasskeyLine({ passkey, last }: { passkey: Passkey; last: boolean }) {
  const [doing, setDoing] = useState<'rename' | 'remove' | null>(null)
  const close = () => setDoing(null)
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
      <KeyRound className="size-4 text-ink-3" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <bdi className="font-medium">{passkey.name}</bdi>
          {passkey.cooling && <Badge tone="held">Too new to sign</Badge>}
          {passkey.backed_up && <Badge>Backed up</Badge>}
        </p>
        <p className="text-ink-3 text-xs">
          since <RelativeTime at={passkey.created_at} />
          {passkey.cooling && (
            <>
              , may countersign <RelativeTime at={passkey.signs_from} />
            </>
          )}
          {passkey.last_used_at ? (
            <>
              , last signed <RelativeTime at={passkey.last_used_at} />
            </>
          ) : (
            ', has signed nothing yet'
          )}
        </p>
      </div>
      <span className="flex gap-1 max-sm:w-full max-sm:justify-end">
        <Button size="sm" look="quiet" aria-label={`Rename ${passkey.name}`} onClick={() => setDoing('rename')}>
          Rename…
        </Button>
        <Button
          size="sm"
          look="quiet"
          className="text-denied!"
          aria-label={`Remove ${passkey.name}`}
          onClick={() => setDoing('remove')}
        >
          Remove…
        </Button>
      </span>
      {doing === 'rename' && <Rename passkey={passkey} onClose={close} />}
      {doing === 'remove' && <Remove passkey={passkey} last={last} onClose={close} />}
    </li>
  )
}

/** The keys with which I countersign. */
export function PasskeysSettings() {
  const [adding, setAdding] = useState(false)
  const found = usePasskeys()
  const changes = found.data?.changes ?? []
  const count = found.data?.items.length ?? 0
  return (
    <Section
      title="My passkeys"
      plain
      aside={
        <Button size="sm" look="primary" disabled={count >= (found.data?.limit ?? 10)} onClick={() => setAdding(true)}>
          <Plus aria-hidden /> Register a passkey
        </Button>
      }
    >
      <p className="text-ink-3 text-sm">
        Your organisation can ask that approvals of high risk are signed, and a passkey is what you sign with. Register
        two or more, on things that are not lost together. Lost all of them? An administrator resets them, with a
        reason.
      </p>
      <Answer query={found}>
        {data =>
          data.items.length === 0 ? (
            <div className="rounded-lg border bg-surface">
              <EmptyState icon={KeyRound} title="No passkeys yet" />
            </div>
          ) : (
            <ul className="divide-y rounded-lg border bg-surface">
              {data.items.map(one => (
                <PasskeyLine key={one.id} passkey={one} last={data.items.length === 1} />
              ))}
            </ul>
          )
        }
      </Answer>
      {changes.length > 0 && (
        <div className="flex flex-col gap-1.5 pt-2">
          <h3 className="font-medium text-sm">What became of them in the last thirty days</h3>
          <ul className="flex flex-col gap-1 text-ink-2 text-sm">
            {changes.map(one => (
              <li key={`${one.kind} ${one.at}`}>
                <ChangeWords change={one} />
              </li>
            ))}
          </ul>
          <p className="text-ink-3 text-sm">
            Was something of it not you? Remove what you do not know, end your other sign-ins, change the password that
            you sign in with, and tell an administrator: whoever did it was signed in as you.
          </p>
        </div>
      )}
      {adding && <AddPasskey cools={found.data?.next_cools ?? false} onClose={() => setAdding(false)} />}
    </Section>
  )
}
