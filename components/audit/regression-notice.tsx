'use client'
import { useQuery } from '@tanstack/react-query'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { ReasonDialog } from '@/components/ui/reason-dialog'

/** The log has gone back behind a head that was kept: nothing is allowed until an administrator says that they know why. */
export function RegressionNotice() {
  const [asking, setAsking] = useState(false)
  const may = useMay('settings.write')
  const found = useQuery({
    queryKey: keys.one('audit', 'regression'),
    queryFn: ({ signal }) =>
      call<{ regressed: boolean; reason: string | null }>('/api/console/audit/regression', { signal }),
  })
  const submit = useSubmit(
    () => call('/api/console/audit/regression/acknowledge', { method: 'POST', body: { acknowledge: true } }),
    () => setAsking(false),
  )
  if (!found.data?.regressed) return null
  return (
    <section
      aria-label="The log has gone back"
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-contained-line bg-contained-soft px-4 py-3 text-contained text-sm"
    >
      <Undo2 className="size-4 shrink-0" aria-hidden />
      <p className="min-w-0 flex-1">
        <strong className="font-semibold">Nothing is allowed: the log has gone back</strong> ({found.data.reason}).
        After a restore that is expected; otherwise find out first who changed the database.
      </p>
      {may ? (
        <Button look="deny" onClick={() => setAsking(true)}>
          Go on from here…
        </Button>
      ) : (
        <span className="text-xs">An administrator can acknowledge it.</span>
      )}
      {asking && (
        <ReasonDialog
          title="Go on with the log as it is"
          description="What was sealed after this point is lost from this database. The lost head is put aside in HOLDPOINT_HOME, your name is recorded, and decisions are made again."
          verb="Acknowledge and go on"
          look="deny"
          withoutReason
          busy={submit.busy}
          problem={submit.general}
          onSend={() => void submit.run()}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  )
}
