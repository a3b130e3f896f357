'use client'
import { Tag } from 'lucide-react'
import { type RefObject, useState } from 'react'
import { ClassifySheet } from '@/components/tool/classify-sheet'
import { Button } from '@/components/ui/button'

/** A new tool is not approved but said what it is: the rules then decide each call that waits. */
export function ClassifyVerb({
  toolId,
  block,
  buttonRef,
}: {
  toolId: string
  block: string | null
  buttonRef?: RefObject<HTMLButtonElement | null>
}) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        ref={buttonRef}
        look="allow"
        size="lg"
        aria-disabled={block !== null}
        aria-describedby="approve-block"
        onClick={() => block === null && setOpen(true)}
      >
        <Tag aria-hidden /> Say what this tool is…
      </Button>
      {open && <ClassifySheet id={toolId} onClose={() => setOpen(false)} />}
    </>
  )
}
