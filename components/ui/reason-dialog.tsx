'use client'
import { type ReactNode, useState } from 'react'
import type { ButtonLook } from './button'
import { Field } from './field'
import { FormDialog } from './form-dialog'
import { Input } from './input'

interface ReasonDialogProps {
  readonly title: string
  readonly description: ReactNode
  readonly verb: string
  readonly look?: ButtonLook
  readonly busy: boolean
  readonly problem: string
  readonly onSend: (reason: string) => void
  readonly onClose: () => void
  /** Verbs that are on record anyway, but need no reason. */
  readonly withoutReason?: boolean
}

/** A destructive or granting verb: says what will happen, asks why, then does it. */
export function ReasonDialog({
  title,
  description,
  verb,
  look = 'primary',
  busy,
  problem,
  onSend,
  onClose,
  withoutReason = false,
}: ReasonDialogProps) {
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      title={title}
      description={description}
      verb={verb}
      look={look}
      busy={busy}
      problem={problem}
      onSend={() => {
        setTried(true)
        if (withoutReason || reason.trim() !== '') onSend(reason.trim())
      }}
      onClose={onClose}
    >
      {!withoutReason && (
        <Field
          label="Reason"
          hint="It is on record."
          error={tried && reason.trim() === '' ? 'Say why, in a few words.' : undefined}
        >
          {bind => (
            <Input
              {...bind}
              data-first
              value={reason}
              maxLength={500}
              onChange={event => setReason(event.target.value)}
            />
          )}
        </Field>
      )}
    </FormDialog>
  )
}
