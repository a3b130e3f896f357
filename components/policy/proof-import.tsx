'use client'
import { Upload } from 'lucide-react'
import { useRef } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toast'

/** Takes cases in from a file as it was exported. */
export function ImportCases() {
  const input = useRef<HTMLInputElement>(null)
  const take = useSubmit(
    async (file: File) =>
      call('/api/console/policy/cases/import', { method: 'POST', body: JSON.parse(await file.text()) }),
    () => toast('Cases taken in'),
  )
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="application/json"
        hidden
        aria-label="A file of cases"
        onChange={event => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file) void take.run(file)
        }}
      />
      <Button size="sm" look="quiet" busy={take.busy} onClick={() => input.current?.click()}>
        <Upload aria-hidden /> Import…
      </Button>
      {take.error && (
        <span role="alert" className="text-denied text-xs">
          That file could not be taken in.
        </span>
      )}
    </>
  )
}
