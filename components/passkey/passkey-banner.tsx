'use client'
import { KeyRound } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { useMe } from '@/components/data/me'
import { ChangeWords } from './change-words'
import { usePasskeys } from './use-passkeys'

/**
 * Tells the owner of passkeys of the last change to them, on every page, until they have said that they have seen it. That is
 * remembered in this browser alone: whoever is signed in as them elsewhere cannot take it from their eyes.
 */
export function PasskeyBanner() {
  const me = useMe().data
  return me ? <Told key={me.id} me={me.id} /> : null
}

function Told({ me }: { me: string }) {
  const [last] = usePasskeys().data?.changes ?? []
  const place = `passkeys-seen.${me}`
  const [seen, setSeen] = useState<string | null>(null)
  useEffect(() => setSeen(localStorage.getItem(place) ?? ''), [place])
  if (!last || seen === null || last.at <= seen) return null
  const done = () => {
    localStorage.setItem(place, last.at)
    setSeen(last.at)
  }
  return (
    <section
      aria-label="Your passkeys have changed"
      className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 border-held-line border-b bg-held-soft px-4 py-1.5 text-held text-sm"
    >
      <KeyRound className="size-4 shrink-0" aria-hidden />
      <p className="min-w-0 flex-1 basis-60">
        <strong className="font-semibold">
          <ChangeWords change={last} />.
        </strong>{' '}
        {last.kind === 'passkey.reset' ? 'You cannot sign approvals until you register a new one.' : 'Was it you?'}
      </p>
      <span className="flex shrink-0 gap-4">
        <Link
          href="/settings/passkeys"
          className="inline-flex min-h-6 items-center font-medium underline underline-offset-2"
        >
          {last.kind === 'passkey.reset' ? 'Register one' : 'No, or not sure'}
        </Link>
        <button type="button" onClick={done} className="min-h-6 font-medium underline underline-offset-2">
          {last.kind === 'passkey.reset' ? 'I know of it' : 'It was me'}
        </button>
      </span>
    </section>
  )
}
