/** Something wrong in a policy text, and where: lines and columns count from 1, in UTF-16 units as editors count them. */
export interface SourceFault {
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly line: number
  readonly column: number
  readonly end_line: number
  readonly end_column: number
}

/** A part of a text, in UTF-16 units: from, until. */
export interface Span {
  readonly from: number
  readonly until: number
}

/** Makes offsets in a text into a fault that editors can show. An empty span is one character wide. */
export function faultAt(source: string, span: Span, severity: SourceFault['severity'], message: string): SourceFault {
  const from = clamp(span.from, source.length)
  const until = Math.max(from, clamp(span.until, source.length))
  const [line, column] = placeOf(source, from)
  const [end_line, end_column] = placeOf(source, until === from ? Math.min(from + 1, source.length) : until)
  return { severity, message, line, column, end_line, end_column }
}

/** Byte offsets of UTF-8 text, as Cedar counts them, as offsets in the string. */
export function spanOfBytes(text: string, start: number, end: number): Span {
  const bytes = new TextEncoder().encode(text)
  const lengthOf = (until: number) => new TextDecoder().decode(bytes.subarray(0, Math.max(0, until))).length
  return { from: lengthOf(start), until: lengthOf(end) }
}

const clamp = (offset: number, most: number) => Math.min(Math.max(0, offset), most)

function placeOf(source: string, offset: number): [line: number, column: number] {
  const before = source.slice(0, offset)
  const line = before.split('\n').length
  return [line, offset - before.lastIndexOf('\n')]
}
