'use client'
import { type RefObject, useEffect, useState } from 'react'

const keyboardMs = 4_000
const touchMs = 3_000

/** Is nobody's hand on this element: no pointer over it, no finger just lifted, no key just pressed? */
export function useAtRest(ref: RefObject<HTMLElement | null>): boolean {
  const [over, setOver] = useState(false)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    const element = ref.current
    let timer: ReturnType<typeof setTimeout> | undefined
    const touched = (ms: number) => {
      setBusy(true)
      clearTimeout(timer)
      timer = setTimeout(() => setBusy(false), ms)
    }
    const enter = (event: PointerEvent) => event.pointerType === 'mouse' && setOver(true)
    const leave = () => setOver(false)
    const finger = (event: PointerEvent) => event.pointerType !== 'mouse' && touched(touchMs)
    const key = () => touched(keyboardMs)
    element?.addEventListener('pointerenter', enter)
    element?.addEventListener('pointerleave', leave)
    element?.addEventListener('pointerdown', finger)
    document.addEventListener('keydown', key)
    return () => {
      clearTimeout(timer)
      element?.removeEventListener('pointerenter', enter)
      element?.removeEventListener('pointerleave', leave)
      element?.removeEventListener('pointerdown', finger)
      document.removeEventListener('keydown', key)
    }
  }, [ref])
  return !over && !busy
}
