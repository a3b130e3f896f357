'use client'
import { Undo2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toast'
import { Title } from './title'

const seconds = 5

/** Five visible seconds before something that cannot be undone is sent. Leaving the page sends nothing, and says so. */
export function TakeBack({
  onSend,
  onTakeBack,
  sentence,
}: {
  onSend: () => void
  onTakeBack: () => void
  sentence: string
}) {
  const [left, setLeft] = useState(seconds)
  const send = useRef(onSend)
  const takeBack = useRef(onTakeBack)
  const ended = useRef(false)
  useEffect(() => {
    send.current = onSend
    takeBack.current = onTakeBack
  })
  // The page's own keys are silent while this is open: Escape is its, wherever the focus is.
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      event.preventDefault()
      takeBack.current()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  useEffect(() => {
    ended.current = false
    const started = performance.now()
    const timer = setInterval(() => {
      const now = seconds - (performance.now() - started) / 1_000
      setLeft(Math.max(0, now))
      if (now <= 0) {
        clearInterval(timer)
        ended.current = true
        send.current()
      }
    }, 100)
    const asks = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', asks)
    return () => {
      clearInterval(timer)
      window.removeEventListener('beforeunload', asks)
      if (!ended.current) toast('Nothing was sent', { description: 'The approval was taken back before it left.' })
    }
  }, [])
  const whole = Math.ceil(left)
  return (
    <div
      role="alertdialog"
      aria-label="Approval about to be sent"
      className="flex flex-col gap-3 rounded-md border border-allowed-line bg-allowed-soft p-3"
    >
      <p className="text-sm">
        Your approval is sent in <strong className="num text-lg">{whole}</strong> {whole === 1 ? 'second' : 'seconds'}.
        This cannot be undone afterwards.
      </p>
      <p className="line-clamp-3 text-ink-2 text-sm">
        <Title text={sentence} />
      </p>
      <div className="h-1 overflow-hidden rounded-full bg-line" aria-hidden>
        <div className="h-full bg-allowed" style={{ width: `${(left / seconds) * 100}%` }} />
      </div>
      <Button size="lg" autoFocus onClick={onTakeBack}>
        <Undo2 aria-hidden /> Take it back
      </Button>
      <p className="text-ink-3 text-xs">Leaving this page sends nothing.</p>
    </div>
  )
}
