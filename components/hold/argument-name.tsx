'use client'
import { ExpandableText, firstOf, Revealed } from '@/components/action/hostile-text'
import { useMustOpen } from './shown'

const longName = 80

/** The name of an argument, inert. A long one opens; one without characters says so, in the place where it would stand. */
export function ArgumentName({ path, name }: { path: string; name: string }) {
  const opened = useMustOpen(`name:${path}`, firstOf(name, longName).more > 0)
  if (name === '') return <span className="font-sans italic">empty name</span>
  if (name.length <= longName) return <Revealed text={name} />
  return <ExpandableText text={name} limit={longName} onOpen={opened} />
}
