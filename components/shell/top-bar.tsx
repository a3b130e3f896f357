'use client'
import { OctagonX, Search } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { useStop } from '@/components/containment/stop-provider'
import { useMe } from '@/components/data/me'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Kbd } from '@/components/ui/kbd'
import { CommandPalette } from './command-palette'
import { ConnectionBadge } from './connection-badge'
import { KeysDialog } from './keys-dialog'
import { Mark } from './mark'
import { PersonMenu } from './person-menu'

/** Where I am, find anything, whether it is live, the kill switch, and me. */
export function TopBar() {
  const me = useMe().data
  const stop = useStop()
  const [palette, setPalette] = useState(false)
  const [keys, setKeys] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      setPalette(open => !open)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-0.5 border-b bg-surface px-1.5 sm:gap-3 sm:px-4">
      <Link href="/" aria-label="Home" className="flex size-11 shrink-0 items-center justify-center sm:hidden">
        <Mark />
      </Link>
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate font-medium text-sm">{me?.organisation.name ?? ''}</span>
        {me?.organisation.demo && <Badge>Demo</Badge>}
      </span>
      <button
        type="button"
        onClick={() => setPalette(true)}
        className="mx-auto flex h-11 min-w-11 items-center justify-center gap-2 rounded-md px-2 text-ink-3 text-sm hover:bg-sunken hover:text-ink-2 max-md:mr-0 sm:h-8 md:w-72 md:justify-start md:border md:bg-bg"
      >
        <Search className="size-4" aria-hidden />
        <span className="max-md:sr-only">Go to, find, do…</span>
        <span className="ml-auto hidden md:inline" aria-hidden>
          <Kbd>⌘K</Kbd>
        </span>
      </button>
      <ConnectionBadge />
      <Button
        look="contain"
        size="sm"
        onClick={() => stop()}
        aria-label="Stop agents"
        className="max-sm:w-11 max-sm:border-transparent max-sm:px-0"
      >
        <OctagonX aria-hidden />
        <span className="hidden sm:inline">Stop…</span>
      </Button>
      <PersonMenu />
      <CommandPalette open={palette} onOpenChange={setPalette} onKeys={() => setKeys(true)} />
      <KeysDialog open={keys} onOpenChange={setKeys} />
    </header>
  )
}
