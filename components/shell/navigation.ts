import {
  Bot,
  ChartColumn,
  Home,
  Inbox,
  type LucideIcon,
  OctagonX,
  Repeat,
  ScrollText,
  Settings,
  ShieldCheck,
  Wrench,
} from 'lucide-react'

export interface Place {
  readonly href: string
  readonly label: string
  readonly short: string
  readonly icon: LucideIcon
  /** Shown on the bar of a phone; the rest is under More. */
  readonly phone: boolean
  /** The permission without which there is nothing to see. */
  readonly needs?: string
}

/** Where one can go, in the order of the rail. */
const places: readonly Place[] = [
  { href: '/approvals', label: 'Approvals', short: 'Approvals', icon: Inbox, phone: true },
  { href: '/agents', label: 'Agents & identities', short: 'Agents', icon: Bot, phone: true },
  { href: '/tools', label: 'Tools', short: 'Tools', icon: Wrench, phone: false },
  { href: '/grants', label: 'Standing approvals', short: 'Standing', icon: Repeat, phone: false },
  { href: '/policies', label: 'Policies', short: 'Policies', icon: ShieldCheck, phone: false },
  { href: '/containment', label: 'Containment', short: 'Stop', icon: OctagonX, phone: true },
  { href: '/audit', label: 'Audit', short: 'Audit', icon: ScrollText, phone: false, needs: 'audit.read' },
  { href: '/reports', label: 'Reports', short: 'Reports', icon: ChartColumn, phone: false },
  { href: '/settings', label: 'Settings', short: 'Settings', icon: Settings, phone: false },
]

/** The places that this person can open. Unknown people see what everybody sees. */
export function placesFor(permissions: readonly string[] | undefined): readonly Place[] {
  return places.filter(place => place.needs === undefined || permissions?.includes(place.needs))
}

export const home: Place = { href: '/', label: 'Home', short: 'Home', icon: Home, phone: false }

/** Is this place the one that the path is in? */
export function within(place: Place, path: string): boolean {
  return place.href === '/' ? path === '/' : path === place.href || path.startsWith(`${place.href}/`)
}
