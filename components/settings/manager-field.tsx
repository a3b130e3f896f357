'use client'
import { useQuery } from '@tanstack/react-query'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Select } from '@/components/ui/select'

/** Whom somebody reports to: saved as soon as it is chosen. Approval policies may ask them. */
export function ManagerField({ id }: { id: string }) {
  const path = `/api/console/members/${id}/manager`
  const now = useQuery({
    queryKey: keys.part('member', id, 'manager'),
    queryFn: ({ signal }) => call<{ manager: Named | null; etag: string }>(path, { signal }),
  })
  const people = useList<Named & { status: string }>('member', 'members', { limit: 200 }).data?.items ?? []
  const save = useSubmit((manager: string | null) =>
    call(path, { method: 'PUT', body: { manager_id: manager }, ifMatch: now.data?.etag }),
  )
  const others = people.filter(one => one.status === 'active' && one.id !== id)
  const manager = now.data?.manager
  const known = manager && !others.some(one => one.id === manager.id) ? [manager, ...others] : others
  return (
    <div className="flex flex-col gap-1.5">
      <Field
        label="Reports to"
        hint="Approval policies may ask the manager of whoever an agent acts for. Saved at once."
      >
        {bind => (
          <Select
            id={bind.id}
            className="w-full"
            disabled={!now.data || save.busy}
            value={manager?.id ?? 'nobody'}
            onChange={value => void save.run(value === 'nobody' ? null : value)}
            choices={[{ value: 'nobody', label: 'Nobody' }, ...known.map(one => ({ value: one.id, label: one.name }))]}
          />
        )}
      </Field>
      <FormProblem text={save.general} />
    </div>
  )
}
