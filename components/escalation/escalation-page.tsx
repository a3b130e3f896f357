'use client'
import { useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Button } from '@/components/ui/button'
import { FormDialog } from '@/components/ui/form-dialog'
import { InOrder } from '@/components/ui/in-order'
import { Section } from '@/components/ui/section'
import { dropPolicy, type PolicyItem, usePolicies } from './escalation'
import { afterWords, mannerWords, weekWords } from './level-words'
import { PolicyDialog } from './policy-dialog'

function Levels({ policy }: { policy: PolicyItem }) {
  return (
    <ol className="flex flex-col gap-1 text-sm" aria-label={`Levels of ${policy.name}`}>
      <li className="text-ink-2">
        <span className="text-ink-3">at once</span> · everybody who may decide it
        {policy.reminders.length > 0 && `, reminded at ${policy.reminders.map(one => `${one} %`).join(' and ')}`}
      </li>
      <InOrder
        of={policy.levels}
        draw={level => (
          <li>
            <span className="text-ink-3">{afterWords(level)}</span> · {level.labels.join(', ')}
            {mannerWords(level).length > 0 && <span className="text-ink-2"> ({mannerWords(level).join(', ')})</span>}
          </li>
        )}
      />
      {policy.calendar && (
        <li className="text-ink-2">
          <span className="text-ink-3">working hours</span> · {weekWords(policy.calendar)}
        </li>
      )}
    </ol>
  )
}

const forWhich = (policy: PolicyItem): string => {
  const team = policy.team ? `agents of ${policy.team.name ?? 'a team'}` : 'agents of every team'
  return policy.min_risk === 'low' ? `For ${team}` : `For ${team}, from ${policy.min_risk} risk on`
}

function RemoveDialog({ policy, onClose }: { policy: PolicyItem; onClose: () => void }) {
  const fresh = useFreshSignIn()
  const submit = useSubmit(() => fresh.run(() => dropPolicy(policy.id ?? '')), onClose)
  return (
    <>
      <FormDialog
        title={`Remove ${policy.name}?`}
        description="What counts in its place counts from now on, for open holds too. Who was told stays told."
        verb="Remove"
        look="deny"
        busy={submit.busy}
        problem={fresh.asking ? '' : submit.general}
        onSend={() => void submit.run()}
        onClose={onClose}
      />
      {fresh.dialog}
    </>
  )
}

/** Who is told about a hold that nobody decides: every policy, and what counts where none is written. */
export function EscalationPage() {
  const policies = usePolicies()
  const cache = useQueryClient()
  const [open, setOpen] = useState<{ readonly change: PolicyItem | null } | { readonly remove: PolicyItem } | null>(
    null,
  )
  const close = () => {
    setOpen(null)
    void cache.invalidateQueries({ queryKey: ['escalation'] })
  }
  const add = policies.data?.may_add && (
    <Button look="primary" onClick={() => setOpen({ change: null })}>
      <Plus aria-hidden /> New policy
    </Button>
  )
  return (
    <Section title="Escalation" aside={add} plain>
      <p className="max-w-3xl text-ink-2 text-sm">
        Who is told about an approval that nobody decides, after how long. A level only ever adds people: it never asks
        fewer, never lets the side that asks decide, and never lengthens the time.
      </p>
      <Answer query={policies}>
        {({ items, standard }) => (
          <ul className="divide-y rounded-lg border bg-surface" aria-label="Escalation policies">
            {[...items, standard].map(policy => (
              <li key={policy.id ?? 'standard'} className="flex flex-col gap-2 px-4 py-3">
                <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <h3 className="font-medium">
                    <bdi>{policy.name}</bdi>
                  </h3>
                  <span className="text-ink-3 text-xs">
                    {policy.id === null ? 'Where no other policy fits' : forWhich(policy)}
                  </span>
                  {policy.may_change && (
                    <span className="flex gap-1 sm:ml-auto">
                      <Button look="quiet" onClick={() => setOpen({ change: policy })}>
                        Change<span className="sr-only"> {policy.name}</span>
                      </Button>
                      <Button look="quiet" onClick={() => setOpen({ remove: policy })}>
                        Remove<span className="sr-only"> {policy.name}</span>
                      </Button>
                    </span>
                  )}
                </div>
                <Levels policy={policy} />
              </li>
            ))}
          </ul>
        )}
      </Answer>
      {open && 'change' in open && <PolicyDialog policy={open.change} onClose={close} />}
      {open && 'remove' in open && <RemoveDialog policy={open.remove} onClose={close} />}
    </Section>
  )
}
