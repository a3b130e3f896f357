import { lasting } from '@/components/chart/lasting'
import type { CsvColumn } from '@/components/data/csv'
import { saveCsv } from '@/components/data/save-csv'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { Table, Td, Th, Tr } from '@/components/ui/table'
import type { TeamReport } from './reports'

type Line = NonNullable<TeamReport['people']>[number]

const columns: readonly CsvColumn<Line>[] = [
  { head: 'Person', of: one => one.person.name ?? one.person.id },
  { head: 'Verdicts', of: one => one.reviews },
  { head: 'Half within', of: one => one.time_to_decide && lasting(one.time_to_decide.p50_ms) },
  { head: 'Hurried', of: one => one.reading.hurried },
  { head: 'Never opened', of: one => one.reading.unopened },
  { head: 'Disagreed', of: one => one.disagreed },
  { head: 'Regretted', of: one => one.regretted },
  { head: 'More than 20 a minute', of: one => one.hurries },
]

/** People by name: only while an administrator lets reports show it. */
export function PeopleTable({ people }: { people: readonly Line[] }) {
  return (
    <Section
      title="People"
      plain
      aside={
        <Button size="sm" look="quiet" onClick={() => saveCsv(columns, people, 'people')}>
          CSV
        </Button>
      }
    >
      <Table label="Verdicts by person">
        <thead>
          <tr>
            {columns.map(column => (
              <Th key={column.head}>{column.head}</Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map(one => (
            <Tr key={one.person.id}>
              {columns.map((column, at) => (
                <Td key={column.head} className={at === 0 ? 'font-medium' : 'num'}>
                  <bdi>{column.of(one) ?? '–'}</bdi>
                </Td>
              ))}
            </Tr>
          ))}
        </tbody>
      </Table>
    </Section>
  )
}
