import { type CsvColumn, toCsv } from './csv'

/** Offers these items to the browser as a file of comma-separated values. */
export function saveCsv<T>(columns: readonly CsvColumn<T>[], items: readonly T[], name: string): void {
  const url = URL.createObjectURL(new Blob([toCsv(columns, items)], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${name}.csv`
  link.click()
  URL.revokeObjectURL(url)
}
