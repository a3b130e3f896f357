'use client'
import { decisionKeys, queueKeys } from '@/components/hold/key-legend'
import { Dialog } from '@/components/ui/dialog'
import { Kbd } from '@/components/ui/kbd'

const everywhere: typeof queueKeys = [
  [['⌘', 'K'], 'go to, find, do (Ctrl K elsewhere)'],
  [['tab'], 'next thing; the first is “Skip to content”'],
  [['esc'], 'close, or take back'],
]

const parts: readonly { readonly title: string; readonly keys: typeof queueKeys }[] = [
  { title: 'Everywhere', keys: everywhere },
  { title: 'In the list of approvals', keys: [...queueKeys, [['.'], 'let new ones in']] },
  { title: 'On one approval', keys: decisionKeys },
]

/** Every key that does something, by where it does. */
export function KeysDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={onOpenChange}
      title="Keyboard"
      description="Single keys are silent while you type. Nothing is approved by one key alone."
    >
      <div className="gap-x-8 sm:columns-2">
        {parts.map(part => (
          <section key={part.title} className="mb-5 flex break-inside-avoid flex-col gap-2">
            <h3 className="font-medium text-ink-2 text-sm">{part.title}</h3>
            <dl className="flex flex-col gap-1.5">
              {part.keys.map(([names, does]) => (
                <div key={does} className="flex items-center gap-3 text-sm">
                  <dt className="flex w-20 shrink-0 gap-1">
                    {names.map(name => (
                      <Kbd key={name}>{name}</Kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
