import type { Choice } from '@/components/ui/select'
import type { Level } from '@/lib/containment/containment'
import type { Target } from './containments'

/** What each level does, in one line, weakest first. */
export const levelChoices: readonly (Choice & { value: Level })[] = [
  { value: 'watched', label: 'Watch', hint: 'Nothing stops. Everything it does is captured in full.' },
  { value: 'guarded', label: 'Guard', hint: 'Reads go on. Every write waits for a person.' },
  { value: 'paused', label: 'Pause', hint: 'Nothing new is allowed. What waits is frozen and keeps its time.' },
  {
    value: 'quarantined',
    label: 'Quarantine',
    hint: 'Reads only, no secrets. What waits is ended. Two people to lift.',
  },
  { value: 'killed', label: 'Kill', hint: 'Everything is denied, what waits is ended for good. Two people to lift.' },
]

/** `Everything`, `Agent invoice-bot`: what a switch reaches, for a sentence. */
export function targetName(target: Target): string {
  const name = target.name ?? target.id ?? ''
  switch (target.type) {
    case 'organisation':
      return 'Everything'
    case 'agent':
      return `Agent ${name}`
    case 'session':
      return `Session ${name.split('/').at(-1) ?? name}`
    case 'instance':
      return `Instance ${name.split('/').at(-1) ?? name}`
    case 'team':
      return `Team ${name}`
    case 'owner':
      return `All agents of ${name}`
    case 'tool':
      return `Tool ${name}`
    case 'environment':
      return `The ${name} environment`
    case 'credential':
      return `Key ${name}`
  }
}

/** Weaker levels leave things running; these two need a fresh sign-in and a second person to lift. */
export function grave(level: Level): boolean {
  return level === 'quarantined' || level === 'killed'
}
