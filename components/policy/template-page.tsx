'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { ChoiceCards } from '@/components/ui/choice-cards'
import { FormProblem } from '@/components/ui/form-problem'
import { PageHeader } from '@/components/ui/page-header'
import { Section } from '@/components/ui/section'
import type { Template } from '@/lib/policy/template'
import { defaultsOf, templates } from '@/lib/policy/templates'
import { createDraft, type InForce, saveDraft, useDraft, useInForce } from './drafts'
import { TemplateFieldInput } from './template-field'

/** Lists are typed line by line: blank lines are not meant. */
function meant(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.filter(one => String(one).trim() !== '') : value,
    ]),
  )
}

/** The form of one template, with what it says as a sentence and as Cedar while it is filled in. */
function TemplateForm({
  template,
  source,
  save,
}: {
  template: Template
  source: string
  save: (title: string, source: string) => Promise<string>
}) {
  const router = useRouter()
  const [values, setValues] = useState(() => defaultsOf(template))
  const [tried, setTried] = useState(false)
  const given = meant(values)
  const faults = template.faults(given)
  const good = Object.keys(faults).length === 0
  const sentence = good ? template.sentence(given) : 'Fill in what is missing.'
  const submit = useSubmit(
    () => save(sentence.slice(0, 120), template.addTo(source, given)),
    id => router.push(`/policies/drafts/${id}`),
  )
  return (
    <form
      className="grid gap-6 lg:grid-cols-2"
      onSubmit={event => {
        event.preventDefault()
        setTried(true)
        if (good) void submit.run()
      }}
    >
      <div className="flex flex-col gap-4">
        <p className="text-ink-2 text-sm">{template.about}</p>
        {template.fields
          .filter(field => values.effect !== 'deny' || (field.key !== 'approvals' && field.key !== 'who'))
          .map(field => (
            <TemplateFieldInput
              key={field.key}
              field={field}
              value={values[field.key]}
              error={tried ? faults[field.key] : undefined}
              onChange={value => setValues({ ...values, [field.key]: value })}
            />
          ))}
        <FormProblem text={submit.general} />
        <div>
          <Button look="primary" type="submit" busy={submit.busy}>
            Add it to a draft
          </Button>
        </div>
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <h2 className="font-medium text-ink-3 text-xs">What it says</h2>
        <p className="text-lg" aria-live="polite">
          {sentence}
        </p>
        <h2 className="mt-2 font-medium text-ink-3 text-xs">As Cedar</h2>
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          tabIndex={0}
          className="overflow-x-auto whitespace-pre-wrap rounded-lg border bg-sunken p-3 font-mono text-ink-2 text-xs leading-5 [overflow-wrap:anywhere]"
        >
          {good ? template.write(given, template.id) : ''}
        </pre>
      </div>
    </form>
  )
}

function Chosen({ inForce, into }: { inForce: InForce; into: string | null }) {
  const [id, setId] = useState(templates[0]?.id ?? '')
  const template = templates.find(one => one.id === id)
  const draft = useDraft(into ?? '')
  const target = into === null ? null : (draft.data ?? null)
  if (into !== null && target === null) return null
  return (
    <div className="flex flex-col gap-6">
      <Section title="What shall stop, or go on?" plain>
        <ChoiceCards
          label="Template"
          columns={2}
          value={id}
          onChange={setId}
          choices={templates.map(one => ({ value: one.id, label: one.title, hint: one.about }))}
        />
      </Section>
      {template && (
        <Section title={template.title}>
          <div className="p-4">
            <TemplateForm
              key={template.id}
              template={template}
              source={target?.source ?? inForce.source}
              save={async (title, source) =>
                target ? (await saveDraft(target, { source })).id : (await createDraft(title, source)).id
              }
            />
          </div>
        </Section>
      )}
    </div>
  )
}

/** A new rule out of a form: nobody needs to know Cedar to write one. `into` is a draft that it shall join. */
export function TemplatePage({ into }: { into: string | null }) {
  const inForce = useInForce()
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-5">
      <PageHeader
        above={
          <Link href={into ? `/policies/drafts/${into}` : '/policies'} className="underline underline-offset-2">
            {into ? 'Back to the draft' : 'Policies'}
          </Link>
        }
        title="New rule from a template"
        about="Fill in a form; it writes the rule into a draft. Nothing is in force until a second person agrees."
      />
      <Answer query={inForce}>{found => <Chosen inForce={found} into={into} />}</Answer>
    </div>
  )
}
