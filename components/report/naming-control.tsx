'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useMay } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import type { Naming } from './reports'

/** An administrator lets reports name people, with a reason, or ends it. */
export function NamingControl({ naming }: { naming: Naming }) {
  const may = useMay('report.name')
  const [asking, setAsking] = useState(false)
  const enable = useSubmit(
    (reason: string) => call('/api/console/reports/naming', { method: 'POST', body: { reason } }),
    () => setAsking(false),
  )
  const disable = useSubmit(() => call('/api/console/reports/naming', { method: 'DELETE' }))
  if (!may) return null
  if (naming)
    return (
      <Button size="sm" busy={disable.busy} onClick={() => void disable.run()}>
        Name nobody
      </Button>
    )
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)}>
        Show names…
      </Button>
      {asking && (
        <ReasonDialog
          title="Let reports name people?"
          description="Whoever leads a team sees its people by name, until you end it. Everybody sees that it is on, and why."
          verb="Show names"
          busy={enable.busy}
          problem={enable.general}
          onSend={reason => void enable.run(reason)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}
