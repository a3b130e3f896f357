'use client'
import { type ReactNode, useState } from 'react'
import { Button, type ButtonLook } from './button'
import { Dialog } from './dialog'
import { Field } from './field'
import { FormProblem } from './form-problem'
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
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={title}
      description={description}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look={look} type="submit" form="reason" busy={busy}>
            {verb}
          </Button>
        </>
      }
    >
      <form
        id="reason"
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault()
          setTried(true)
          if (withoutReason || reason.trim() !== '') onSend(reason.trim())
        }}
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
        <FormProblem text={problem} />
      </form>
    </Dialog>
  )
}
