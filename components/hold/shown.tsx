'use client'
import {
  createContext,
  type ReactNode,
  type RefObject,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react'

interface Shown {
  /** Everything that must be shown has been. */
  readonly ready: boolean
  readonly left: number
  readonly must: (id: string) => void
  readonly done: (id: string) => void
}

const Context = createContext<Shown>({ ready: false, left: 0, must: () => undefined, done: () => undefined })

/** Keeps account of what a person has been shown. Mount it anew (by key) when what is shown changes. */
export function ShownProvider({ children }: { children: ReactNode }) {
  const [pieces, setPieces] = useState<Readonly<Record<string, boolean>>>({})
  const must = useCallback((id: string) => setPieces(now => (id in now ? now : { ...now, [id]: false })), [])
  const done = useCallback((id: string) => setPieces(now => (now[id] ? now : { ...now, [id]: true })), [])
  const value = useMemo(() => {
    const states = Object.values(pieces)
    const left = states.filter(state => !state).length
    return { ready: states.length > 0 && left === 0, left, must, done }
  }, [pieces, must, done])
  return <Context.Provider value={value}>{children}</Context.Provider>
}

export function useShown(): Shown {
  return useContext(Context)
}

/** This piece must have been in view: its end (the element of `ref`) has been inside the window. */
export function useMustSee(id: string, ref: RefObject<HTMLElement | null>): void {
  const { must, done } = useContext(Context)
  useEffect(() => {
    must(id)
    const element = ref.current
    if (!element) return
    // The bar with the verbs covers the lowest part of a phone.
    const observer = new IntersectionObserver(entries => entries.some(one => one.isIntersecting) && done(id), {
      rootMargin: '0px 0px -64px 0px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [id, ref, must, done])
}

/** This piece must have been opened, where it is not shown whole. */
export function useMustOpen(id: string, closed: boolean): () => void {
  const { must, done } = useContext(Context)
  useEffect(() => {
    if (closed) must(id)
  }, [id, closed, must])
  return useCallback(() => done(id), [id, done])
}
