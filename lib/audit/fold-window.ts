import type { KnownEvent } from './catalogue'

/** When an agent or a team was watched only. */
export interface FoldedWindow {
  readonly target: string
  readonly from: string
  readonly until: string
  readonly ended_at: string | null
}

/** Takes one event more into what was watched. */
export function foldWindow(windows: Map<string, FoldedWindow>, event: KnownEvent): void {
  if (event.type === 'enforcement.observed') {
    const { window_id, target_type, target_id, from, until } = event.data
    windows.set(window_id, { target: `${target_type}/${target_id}`, from, until, ended_at: null })
  }
  if (event.type === 'enforcement.enforced') {
    const before = windows.get(event.data.window_id)
    if (before) windows.set(event.data.window_id, { ...before, ended_at: event.data.ended_at })
  }
}
