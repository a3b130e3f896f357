'use client'
import {
  createContext,
  type ReactNode,
  type RefObject,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'

interface Shown {
  /** Everything that must be shown has been. */
  readonly ready: boolean
  readonly left: number
  readonly must: (id: string, element?: HTMLElement) => void
  readonly done: (id: string) => void
  /** Brings the first piece that is left into view. */
  readonly goTo: () => void
}

const nothing = () => undefined

const Context = createContext<Shown>({ ready: false, left: 0, must: nothing, done: nothing, goTo: nothing })

/** Where the piece stands: one that must be opened stands in the argument whose path its own begins with. */
function placeOf(id: string, places: ReadonlyMap<string, HTMLElement>): HTMLElement | undefined {
  const path = id.replace(/^(open|secret|name):/, '')
  return [...places].find(([place]) => path === place || path.startsWith(`${place}/`))?.[1]
}

/** Keeps account of what a person has been shown. Mount it anew (by key) when what is shown changes. */
export function ShownProvider({ children }: { children: ReactNode }) {
  const [pieces, setPieces] = useState<Readonly<Record<string, boolean>>>({})
  const places = useRef(new Map<string, HTMLElement>())
  const must = useCallback((id: string, element?: HTMLElement) => {
    if (element) places.current.set(id, element)
    setPieces(now => (id in now ? now : { ...now, [id]: false }))
  }, [])
  const done = useCallback((id: string) => setPieces(now => (now[id] ? now : { ...now, [id]: true })), [])
  const value = useMemo(() => {
    const open = Object.keys(pieces).filter(id => !pieces[id])
    const goTo = () => {
      const first = open.map(id => placeOf(id, places.current)).find(place => place !== undefined)
      first?.scrollIntoView({ block: 'center' })
    }
    return { ready: Object.keys(pieces).length > 0 && open.length === 0, left: open.length, must, done, goTo }
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
    const element = ref.current
    must(id, element ?? undefined)
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
