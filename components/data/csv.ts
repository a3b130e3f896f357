export type Cell = string | number | boolean | null | undefined

/** One column of an export: its head, and how to write an item's value. */
export interface CsvColumn<T> {
  readonly head: string
  readonly of: (item: T) => Cell
}

/** What a spreadsheet would run as a formula is made text: agents choose names, and people open exports. */
function inert(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
}

function cell(value: Cell): string {
  const text = inert(value === null || value === undefined ? '' : String(value))
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Items as RFC 4180 text with a head line and CRLF ends; the byte order mark tells spreadsheets that it is UTF-8. */
export function toCsv<T>(columns: readonly CsvColumn<T>[], items: readonly T[]): string {
  const lines = [
    columns.map(column => cell(column.head)),
    ...items.map(item => columns.map(column => cell(column.of(item)))),
  ]
  return `\uFEFF${lines.map(line => `${line.join(',')}\r\n`).join('')}`
}
