'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { toast } from '@/components/ui/toast'
import type { CanaryList } from './reports'

interface ToolLine {
  readonly name: string
  readonly classified: { readonly operation: string } | null
}

/** Which test, with which tool, and as which agent it appears. */
export function CanaryDialog({ list, onClose }: { list: CanaryList; onClose: () => void }) {
  const [last] = list.items
  const tools = useList<ToolLine>('tool', 'tools', { limit: 200 }).data?.items ?? []
  const applications = useList<Named>('application', 'applications', { limit: 200 }).data?.items ?? []
  const [template, setTemplate] = useState(list.templates[0]?.id ?? '')
  const [tool, setTool] = useState('')
  const [name, setName] = useState(last?.agent.name ?? '')
  const [application, setApplication] = useState('')
  const [tried, setTried] = useState(false)
  const chosen = list.templates.find(one => one.id === template)
  const fitting = tools.filter(one => one.classified?.operation === chosen?.operation)
  const submit = useSubmit(
    () =>
      call('/api/console/reports/canaries', {
        method: 'POST',
        body: { template, tool, agent_name: name.trim(), application_id: application },
      }),
    () => {
      toast('It waits among the approvals', { description: 'Its reviewers learn what it was once it has ended.' })
      onClose()
    },
  )
  const missing = (value: string) => (tried && value === '' ? 'This is needed.' : undefined)
  return (
    <FormDialog
      title="Inject a test request"
      description="It waits among the others, and nothing of it is ever carried out. You cannot decide it yourself."
      verb="Inject"
      busy={submit.busy}
      problem={submit.general}
      onSend={() => {
        setTried(true)
        if (tool !== '' && application !== '' && name.trim() !== '') void submit.run()
      }}
      onClose={onClose}
    >
      <Field label="What is wrong with it" error={submit.at('/template')}>
        {bind => (
          <Select
            id={bind.id}
            value={template}
            onChange={value => {
              setTemplate(value)
              setTool('')
            }}
            choices={list.templates.map(one => ({ value: one.id, label: one.wrong, hint: one.operation }))}
          />
        )}
      </Field>
      <Field
        label="Tool"
        hint={fitting.length === 0 ? `No classified tool has the operation ${chosen?.operation ?? ''}.` : 'A real one.'}
        error={submit.at('/tool') ?? missing(tool)}
      >
        {bind => (
          <Select
            id={bind.id}
            value={tool}
            onChange={setTool}
            placeholder="Choose"
            choices={fitting.map(one => ({ value: one.name, label: one.name }))}
          />
        )}
      </Field>
      <Field
        label="It appears as the agent"
        hint="One of its own, kept for tests. Choose a name that is not told from the others."
        error={submit.at('/agent_name') ?? missing(name.trim())}
      >
        {bind => <Input {...bind} maxLength={80} value={name} onChange={event => setName(event.target.value)} />}
      </Field>
      <Field label="Of the application" error={submit.at('/application_id') ?? missing(application)}>
        {bind => (
          <Select
            id={bind.id}
            value={application}
            onChange={setApplication}
            placeholder="Choose"
            choices={applications.map(one => ({ value: one.id, label: one.name }))}
          />
        )}
      </Field>
    </FormDialog>
  )
}
