'use client'
import { LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import { useMe } from '@/components/data/me'
import { Avatar } from '@/components/person/avatar'
import { becomeDemoPerson, signOut } from '@/components/person/session'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/components/ui/dropdown-menu'
import { toast } from '@/components/ui/toast'

const themes = [
  { value: 'system', label: 'As the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
]

/** Who I am, how it looks, whom to be instead (demo only), and the way out. */
export function PersonMenu() {
  const me = useMe().data
  const router = useRouter()
  const { theme, setTheme } = useTheme()
  if (!me) return <span className="size-8" />
  const become = (email: string) => {
    becomeDemoPerson(email).then(
      () => window.location.reload(),
      () => toast('That did not work', { description: 'You are still who you were.' }),
    )
  }
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex h-11 min-w-11 items-center justify-center gap-2 rounded-md px-1 hover:bg-sunken sm:h-8"
        >
          <Avatar name={me.name} />
          <span className="max-w-36 truncate text-sm max-xl:sr-only">{me.name}</span>
          <span className="sr-only">, menu</span>
        </button>
      }
    >
      <div className="px-2 pt-1.5 pb-1">
        <p className="font-medium text-sm">{me.name}</p>
        <p className="text-ink-3 text-xs">{me.email}</p>
        <p className="mt-0.5 text-ink-3 text-xs">
          {[...new Set(me.roles.map(one => one.role))].join(', ') || 'no role yet'}
        </p>
      </div>
      <MenuSeparator />
      <MenuItem onSelect={() => router.push('/settings/sign-ins')}>
        <UserRound aria-hidden /> My sign-ins
      </MenuItem>
      <MenuLabel>Theme</MenuLabel>
      {themes.map(one => (
        <MenuItem key={one.value} onSelect={() => setTheme(one.value)}>
          <one.icon aria-hidden /> {one.label}
          {theme === one.value && <span className="ml-auto text-ink-3 text-xs">in use</span>}
        </MenuItem>
      ))}
      {me.organisation.demo && (me.demo_people ?? []).length > 0 && (
        <>
          <MenuSeparator />
          <MenuLabel>Be someone else (demo)</MenuLabel>
          {me.demo_people
            ?.filter(person => person.email !== me.email)
            .map(person => (
              <MenuItem key={person.email} onSelect={() => become(person.email)}>
                <Avatar name={person.name} small />
                <span className="truncate">{person.name}</span>
                <span className="ml-auto pl-4 text-ink-3 text-xs">{person.roles.join(', ')}</span>
              </MenuItem>
            ))}
        </>
      )}
      <MenuSeparator />
      <MenuItem onSelect={() => void signOut()}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  )
}
