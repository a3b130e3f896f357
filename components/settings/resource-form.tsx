'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { classifications, environments } from '@/lib/kernel/scale'

const unsaid = 'unsaid'

/** One new pattern: what matches, and what it then is. */
export function ResourceForm() {
  const [type, setType] = useState('')
  const [id, setId] = useState('*')
  const [environment, setEnvironment] = useState(unsaid)
  const [classification, setClassification] = useState(unsaid)
  const said = (value: string) => (value === unsaid ? null : value)
  const submit = useSubmit(
    () =>
      call('/api/console/resource-patterns', {
        method: 'POST',
        body: {
          type_pattern: type.trim(),
          id_pattern: id.trim(),
          environment: said(environment),
          classification: said(classification),
        },
      }),
    () => setType(''),
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
        aria-label="Type"
        placeholder="type, e.g. bank_account"
        className="max-w-48 font-mono"
        value={type}
        onChange={event => setType(event.target.value)}
      />
      <Input
        aria-label="Id"
        placeholder="id or *"
        className="max-w-32 font-mono"
        value={id}
        onChange={event => setId(event.target.value)}
      />
      <Select
        label="Environment"
        value={environment}
        onChange={setEnvironment}
        choices={[{ value: unsaid, label: 'any environment' }, ...environments.map(value => ({ value, label: value }))]}
      />
      <Select
        label="Classification"
        value={classification}
        onChange={setClassification}
        choices={[{ value: unsaid, label: 'any data' }, ...classifications.map(value => ({ value, label: value }))]}
      />
      <Button
        type="submit"
        busy={submit.busy}
        disabled={type.trim() === '' || (environment === unsaid && classification === unsaid)}
      >
        Add
      </Button>
      <FormProblem text={submit.general} />
    </form>
  )
}
