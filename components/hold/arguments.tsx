'use client'
import {
  Banknote,
  Calendar,
  Code,
  Database,
  FileText,
  Hash,
  type LucideIcon,
  Pin,
  Tag,
  TextQuote,
  UserRound,
} from 'lucide-react'
import { useRef } from 'react'
import { pointerStep } from '@/lib/kernel/pointer'
import { weighty } from '@/lib/session/argument-facts'
import { originsOf } from '@/lib/session/doubt'
import { isPinned } from '@/lib/tool/pinned'
import type { Meaning } from '@/lib/tool/tool'
import { ArgumentName } from './argument-name'
import { ArgumentValue, More } from './argument-value'
import { ExactArguments } from './exact-arguments'
import type { HoldDetail } from './hold'
import { isWeighty } from './provenance'
import { ProvenanceLines } from './provenance-line'
import { useMustSee } from './shown'
import { useFirst } from './use-first'

const icons: Partial<Record<Meaning, LucideIcon>> = {
  amount: Banknote,
  recipient: UserRound,
  person: UserRound,
  resource_id: Tag,
  subject: TextQuote,
  body: TextQuote,
  file: FileText,
  reference: Pin,
  code: Code,
  sql: Database,
  date: Calendar,
  count: Hash,
}

function Argument({ name, value, hold }: { name: string; value: unknown; hold: HoldDetail }) {
  const end = useRef<HTMLSpanElement>(null)
  const path = `/${pointerStep(name)}`
  useMustSee(path, end)
  const meanings = hold.tool_info?.params ?? {}
  const meaning = meanings[name]
  const params = hold.action?.params ?? {}
  const currencyName = Object.keys(meanings).find(one => meanings[one] === 'currency')
  const currency = meaning === 'amount' && currencyName ? params[currencyName] : undefined
  const Icon = meaning ? icons[meaning] : undefined
  return (
    <div className="grid grid-cols-[76px_minmax(0,1fr)] gap-x-3 px-4 py-2 sm:grid-cols-[148px_minmax(0,1fr)] sm:gap-x-4 sm:py-3">
      <dt className="flex items-center gap-1.5 self-start pt-1 text-ink-3">
        {Icon && <Icon className="hidden size-3.5 shrink-0 sm:block" aria-hidden />}
        <span className="min-w-0 font-mono text-xs [overflow-wrap:anywhere]">
          <ArgumentName path={path} name={name} />
        </span>
      </dt>
      <dd className="min-w-0 text-lg">
        <ArgumentValue
          path={path}
          value={value}
          meaning={meaning}
          currency={typeof currency === 'string' ? currency : undefined}
        />
        {meaning === 'reference' && isPinned(value) && (
          <p className="mt-0.5 flex items-center gap-1.5 text-allowed text-xs">
            <Pin className="size-3.5" aria-hidden /> Pinned: exactly this content runs, whatever the name comes to mean
          </p>
        )}
        <ProvenanceLines origins={originsOf(hold.provenance ?? [], name)} weighty={isWeighty(meaning)} />
        <span ref={end} className="block h-px" aria-hidden />
      </dd>
    </div>
  )
}

function NoArguments() {
  const end = useRef<HTMLParagraphElement>(null)
  useMustSee('/', end)
  return (
    <p ref={end} className="px-4 py-3 text-ink-2 text-sm">
      It is called without arguments.
    </p>
  )
}

const mostNames = 40

/** The exact arguments, what decides first: amounts and people, then the rest as sent; and all of them as JSON. */
export function Arguments({ hold }: { hold: HoldDetail }) {
  const params = hold.action?.params ?? {}
  const rank = (name: string) => {
    const meaning = hold.tool_info?.params[name]
    return meaning !== undefined && isWeighty(meaning) ? weighty.indexOf(meaning) : weighty.length
  }
  const names = Object.keys(params).sort((a, b) => rank(a) - rank(b))
  const { first, more, next } = useFirst('', names, mostNames)
  if (names.length === 0) return <NoArguments />
  return (
    <div className="divide-y">
      <dl className="divide-y">
        {first.map(name => (
          <Argument key={name} name={name} value={params[name]} hold={hold} />
        ))}
      </dl>
      {more > 0 && (
        <div className="px-4 py-1">
          <More count={more} word="arguments" onPress={next} />
        </div>
      )}
      <ExactArguments
        params={params}
        secrets={names.some(name => hold.tool_info?.params[name] === 'secret' && params[name] !== '')}
      />
    </div>
  )
}
