'use client'
import { useCallback, useRef, useState } from 'react'
import { ProblemError } from '@/components/data/client'
import { useMe } from '@/components/data/me'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { becomeDemoPerson, confirmPerson } from './session'

/** Would a fresh sign-in help? What asks for a passkey's signature is not done by a password. */
const isStale = ({ code, problem }: ProblemError): boolean =>
  code === 'session.stale' || (code === 'hold.step_up_required' && problem.step_up?.needs !== 'countersignature')

/**
 * Some verbs ask for a fresh sign-in. `run(verb)` does the verb; if the server wants a fresh sign-in first, it asks for the
 * password again and repeats the verb. Render `dialog` once; `asking` while it is open. Closing it rejects with the refusal.
 */
export function useFreshSignIn() {
  const me = useMe().data
  const [open, setOpen] = useState(false)
  const [password, setPassword] = useState('')
  const [error, setError] = useState('')
  const [busy, setBusy] = useState(false)
  const waiting = useRef<{ go: () => void; stop: () => void } | null>(null)

  const run = useCallback(async <T,>(verb: () => Promise<T>): Promise<T> => {
    try {
      return await verb()
    } catch (refusal) {
      if (!(refusal instanceof ProblemError) || !isStale(refusal)) throw refusal
      await new Promise<void>((go, reject) => {
        waiting.current = { go, stop: () => reject(refusal) }
        setOpen(true)
      })
      return verb()
    }
  }, [])

  const close = (after: 'go' | 'stop') => {
    setOpen(false)
    setPassword('')
    setError('')
    waiting.current?.[after]()
    waiting.current = null
  }

  const confirm = async () => {
    if (!me) return
    setBusy(true)
    try {
      await (me.organisation.demo && password === '' ? becomeDemoPerson(me.email) : confirmPerson(password))
      close('go')
    } catch (refusal) {
      setError(refusal instanceof Error ? refusal.message : 'That did not work.')
    } finally {
      setBusy(false)
    }
  }

  const anew = () => {
    const { pathname, search } = window.location
    window.location.assign(`/sign-in?to=${encodeURIComponent(pathname + search)}`)
  }

  const dialog = (
    <Dialog
      open={open}
      onOpenChange={next => (next ? undefined : close('stop'))}
      title="Sign in again to do this"
      description={`This is far-reaching and your sign-in is older than ten minutes: show that it is still you, ${me?.name ?? ''}. What you wrote stays.`}
      footer={
        <>
          <Button look="quiet" onClick={() => close('stop')}>
            Cancel
          </Button>
          <Button look="primary" form="fresh-sign-in" type="submit" busy={busy}>
            Continue
          </Button>
        </>
      }
    >
      <form
        id="fresh-sign-in"
        onSubmit={event => {
          event.preventDefault()
          void confirm()
        }}
      >
        <Field
          label="Password"
          error={error}
          hint={me?.organisation.demo ? 'Demo people may leave this empty.' : undefined}
        >
          {bind => (
            <Input
              {...bind}
              type="password"
              autoComplete="current-password"
              data-first
              value={password}
              onChange={event => setPassword(event.target.value)}
            />
          )}
        </Field>
        <p className="mt-2 text-ink-3 text-xs">
          You have no password here?{' '}
          <button type="button" className="min-h-6 underline underline-offset-2" onClick={anew}>
            Sign in anew
          </button>
          , then do this again.
        </p>
      </form>
    </Dialog>
  )
  return { run, dialog, asking: open }
}
