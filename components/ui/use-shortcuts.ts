'use client'
import { useEffect, useRef } from 'react'

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

const named: Readonly<Record<string, string>> = { Escape: 'esc', Enter: 'enter', ArrowUp: 'up', ArrowDown: 'down' }

/**
 * Single keys that act on the page (`j`, `?`, `esc`), by what the key produces, not where it lies.
 * Silent while typing, with a modifier held, while a dialog is open (it has its own keys), and when someone handled the key.
 */
export function useShortcuts(keys: Readonly<Record<string, (() => void) | undefined>>, enabled = true): void {
  const current = useRef(keys)
  useEffect(() => {
    current.current = keys
  })
  useEffect(() => {
    if (!enabled) return
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return
      if (typing(event.target) || document.querySelector('[role=dialog],[role=alertdialog],[role=menu],[role=listbox]'))
        return
      const run = current.current[named[event.key] ?? event.key]
      if (!run) return
      // A button or link in focus keeps its own Enter.
      if (
        event.key === 'Enter' &&
        event.target instanceof HTMLElement &&
        event.target.closest('a,button,[role=button],[role=checkbox]')
      )
        return
      event.preventDefault()
      run()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [enabled])
}
