'use client'
import { Answer } from '@/components/data/answer'
import { Sheet } from '@/components/ui/sheet'
import { ClassifyForm } from './classify-form'
import { DriftNote } from './drift-note'
import { useTool } from './tools'

/** One tool, and what it is said to be, beside the list. */
export function ClassifySheet({ id, onClose }: { id: string; onClose: () => void }) {
  const tool = useTool(id)
  return (
    <Sheet open onOpenChange={open => (open ? undefined : onClose())} title={tool.data?.name ?? 'Tool'}>
      <Answer query={tool}>
        {found => (
          <>
            {found.drift && <DriftNote drift={found.drift} />}
            <ClassifyForm key={found.etag} tool={found} onDone={onClose} />
          </>
        )}
      </Answer>
    </Sheet>
  )
}
