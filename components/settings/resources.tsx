'use client'
import { Shapes, Trash2 } from 'lucide-react'
import { call } from '@/components/data/client'
import { List, useList } from '@/components/data/list'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { IconButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { FormProblem } from '@/components/ui/form-problem'
import { Section } from '@/components/ui/section'
import type { ResourcePattern } from '@/lib/tool/tool'
import { ResourceForm } from './resource-form'

type Item = ResourcePattern & { readonly id: string }

/** What people have written down of resources: it can only tighten what an agent says of them. */
export function ResourcesSettings() {
  const may = useMay('registry.write')
  const patterns = useList<Item>('resource', 'resource-patterns', { limit: 200 })
  const remove = useSubmit((id: string) => call(`/api/console/resource-patterns/${id}`, { method: 'DELETE' }))
  return (
    <Section title="Resource patterns" plain>
      <p className="-mt-1 max-w-2xl text-ink-2 text-sm">
        What a matching resource is, whatever an agent says. It tightens, never loosens: the stricter of both counts.
      </p>
      {may && <ResourceForm />}
      <FormProblem text={remove.general} />
      <List
        list={patterns}
        empty={
          <EmptyState icon={Shapes} title="Nothing written down yet">
            For example: every <code className="font-mono text-xs">bank_account:*</code> is production and confidential.
          </EmptyState>
        }
      >
        {items => (
          <ul className="divide-y rounded-lg border bg-surface">
            {items.map(one => (
              <li key={one.id} className="flex items-center gap-4 px-4 py-2">
                <code className="min-w-0 flex-1 truncate font-mono text-sm">
                  {one.type_pattern}:{one.id_pattern}
                </code>
                <span className="text-ink-2 text-sm">
                  {[one.environment, one.classification, one.tenant && `tenant ${one.tenant}`]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
                {may && (
                  <IconButton label="Remove this pattern" onClick={() => void remove.run(one.id)}>
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
