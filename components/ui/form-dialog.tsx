'use client'
import { type ReactNode, useId } from 'react'
import { Button, type ButtonLook } from './button'
import { Dialog } from './dialog'
import { FormProblem } from './form-problem'

interface FormDialogProps {
  readonly title: string
  readonly description?: ReactNode
  readonly wide?: boolean
  /** Not open while a sign-in is asked for in its place. */
  readonly open?: boolean
  /** What the button says that sends it. */
  readonly verb: string
  readonly look?: ButtonLook
  readonly busy: boolean
  readonly disabled?: boolean
  /** What is wrong with the form as a whole, or nothing. */
  readonly problem: string
  /** What stands in the foot beside the buttons. */
  readonly aside?: ReactNode
  /** What stands below the form and is no part of it. */
  readonly after?: ReactNode
  /** What came of sending it, in place of the form; nothing: it is still to be sent, or closes when it has been. */
  readonly answer?: ReactNode
  readonly onSend: () => void
  readonly onClose: () => void
  /** None: it only asks whether to. */
  readonly children?: ReactNode
}

/** A form in a dialog: its fields, what is wrong with all of it, and the verb that sends it beside the way out. */
export function FormDialog(props: FormDialogProps) {
  const { open = true, look = 'primary', onSend, onClose } = props
  const form = useId()
  return (
    <Dialog
      open={open}
      wide={props.wide}
      onOpenChange={next => (next ? undefined : onClose())}
      title={props.title}
      description={props.description}
      footer={
        props.answer ? (
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            {props.aside}
            <Button look="quiet" onClick={onClose}>
              Cancel
            </Button>
            <Button look={look} type="submit" form={form} busy={props.busy} disabled={props.disabled}>
              {props.verb}
            </Button>
          </>
        )
      }
    >
      {props.answer || (
        <form
          id={form}
          className="flex flex-col gap-4"
          onSubmit={event => {
            event.preventDefault()
            onSend()
          }}
        >
          {props.children}
          <FormProblem text={props.problem} />
        </form>
      )}
      {props.after}
    </Dialog>
  )
}
