'use client'
import { Download } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import type { CsvColumn } from '@/components/data/csv'
import { saveCsv } from '@/components/data/save-csv'
import { Button } from '@/components/ui/button'
import { InOrder } from '@/components/ui/in-order'
import { Table, Td, Th, Tr } from '@/components/ui/table'

interface ChartProps<T> {
  readonly title: string
  /** What it says, in one line: read before the picture, and instead of it. */
  readonly says: ReactNode
  readonly columns: readonly CsvColumn<T>[]
  readonly rows: readonly T[]
  /** The name of its file, without `.csv`. */
  readonly name: string
  readonly children: ReactNode
}

/** A picture with what it says in words, the numbers behind it as a table, and as a file. */
export function Chart<T>({ title, says, columns, rows, name, children }: ChartProps<T>) {
  const id = useId()
  return (
    <figure aria-labelledby={id} className="flex min-w-0 flex-col gap-3 rounded-lg border bg-surface p-4">
      <figcaption className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1">
          <h2 id={id} className="font-semibold text-sm">
            {title}
          </h2>
          <p className="text-ink-2 text-sm">{says}</p>
        </div>
        <Button
          size="sm"
          look="quiet"
          aria-label={`${title}: save as CSV`}
          onClick={() => saveCsv(columns, rows, name)}
        >
          <Download aria-hidden /> CSV
        </Button>
      </figcaption>
      {children}
      <details className="text-sm">
        <summary className="min-h-6 cursor-pointer text-accent text-sm">The numbers as a table</summary>
        <div className="mt-2 max-h-72 overflow-y-auto">
          <Table label={`${title}: the numbers`}>
            <thead>
              <tr>
                {columns.map(column => (
                  <Th key={column.head}>{column.head}</Th>
                ))}
              </tr>
            </thead>
            <tbody>
              <InOrder
                of={rows}
                draw={row => (
                  <Tr>
                    {columns.map(column => (
                      <Td key={column.head} className="num">
                        {column.of(row) ?? '–'}
                      </Td>
                    ))}
                  </Tr>
                )}
              />
            </tbody>
          </Table>
        </div>
      </details>
    </figure>
  )
}
