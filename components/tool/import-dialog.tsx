'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input, Textarea } from '@/components/ui/input'
import { toast } from '@/components/ui/toast'

interface Imported {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  /** Those that were classified: their calls wait. */
  readonly drifted: readonly string[]
}

const told = ({ added, changed, drifted }: Imported) => {
  const waiting =
    drifted.length > 0 ? ` Calls of ${drifted.length} wait until somebody has said again what it does.` : ''
  return `${added.length} new, ${changed.length} described otherwise than before.${waiting}`
}

function read(text: string): { ok: boolean; document: unknown } {
  try {
    const document: unknown = JSON.parse(text)
    return { ok: true, document }
  } catch {
    return { ok: false, document: null }
  }
}

/** Taking definitions in: what an MCP server lists, or JSON Schema functions. New ones wait to be classified. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [source, setSource] = useState('')
  const [text, setText] = useState('')
  const [tried, setTried] = useState(false)
  const parsed = read(text)
  const submit = useSubmit(
    () =>
      call<Imported>('/api/console/tools/import', {
        method: 'POST',
        body: { source: source.trim(), document: parsed.document },
      }),
    answer => {
      toast('Imported', { description: told(answer) })
      onClose()
    },
  )
  return (
    <FormDialog
      wide
      title="Import tools"
      description="Paste what tools/list of an MCP server answers, or a list of function definitions."
      verb="Import"
      busy={submit.busy}
      problem={submit.general}
      onSend={() => {
        setTried(true)
        if (parsed.ok) void submit.run()
      }}
      onClose={onClose}
    >
      <Field
        label="Server"
        optional
        hint="The MCP server that they are of, as it is named here."
        error={submit.at('/source')}
      >
        {bind => <Input {...bind} autoFocus value={source} onChange={event => setSource(event.target.value)} />}
      </Field>
      <Field label="Definitions (JSON)" error={tried && !parsed.ok ? 'This is not JSON.' : submit.at('/document')}>
        {bind => (
          <Textarea
            {...bind}
            rows={12}
            className="font-mono sm:text-xs"
            value={text}
            onChange={event => setText(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  )
}
