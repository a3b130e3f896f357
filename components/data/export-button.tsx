'use client'
import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { toast } from '@/components/ui/toast'
import { said } from './answer'
import { call, type Page, query } from './client'
import type { CsvColumn } from './csv'
import type { Filters } from './list'
import { saveCsv } from './save-csv'

const pageSize = 200

interface ExportProps<T> {
  /** Below `/api/console/`. */
  readonly path: string
  /** Those of the list that is shown: what is filtered out is not exported. */
  readonly filters: Filters
  readonly columns: readonly CsvColumn<T>[]
  /** The name of the file, without `.csv`. */
  readonly name: string
}

/** The whole list as CSV, page after page; counts while it reads, and a second press stops it. */
export function ExportButton<T>({ path, filters, columns, name }: ExportProps<T>) {
  const [read, setRead] = useState<number | null>(null)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const run = async () => {
    const stop = new AbortController()
    running.current = stop
    const items: T[] = []
    let cursor: string | null = ''
    try {
      while (cursor !== null) {
        setRead(items.length)
        const page: Page<T> = await call<Page<T>>(
          `/api/console/${path}${query({ ...filters, limit: pageSize, cursor })}`,
          { signal: stop.signal },
        )
        items.push(...page.items)
        cursor = page.next_cursor
      }
      saveCsv(columns, items, name)
    } catch (error) {
      if (!stop.signal.aborted)
        toast('Nothing was exported', {
          description: said(error instanceof Error ? error : new Error(String(error))).title,
        })
    } finally {
      running.current = null
      setRead(null)
    }
  }
  return (
    <Button
      size="sm"
      look="quiet"
      aria-label={read === null ? 'Export as CSV' : `Stop the export, ${read} read`}
      onClick={() => (running.current ? running.current.abort() : void run())}
    >
      <Download aria-hidden />{' '}
      <span className="num">{read === null ? 'CSV' : `${read.toLocaleString('en')}, stop`}</span>
    </Button>
  )
}
