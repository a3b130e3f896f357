/** No event comes near it: events hold ids and codes. A file without newlines must not fill the memory. */
const longest = 4 * 1_048_576
const newline = 0x0a

/**
 * Cuts the bytes of an export into its lines. A line ends with a newline and with nothing else (readers of text also cut
 * at U+2028, which events may hold), and every byte counts: a line that is not UTF-8, is longer than any entry, or has lost
 * its newline comes out empty, which no entry is. A lenient decoder would read two different files as one (L10).
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let parts: Uint8Array[] = []
  let length = 0
  const take = (): string => {
    const line = new Uint8Array(length)
    let at = 0
    for (const part of parts) {
      line.set(part, at)
      at += part.length
    }
    parts = []
    length = 0
    try {
      return decoder.decode(line)
    } catch {
      return ''
    }
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      parts.push(chunk.subarray(from, end))
      length += end - from
      from = end + 1
      yield take()
    }
    parts.push(chunk.subarray(from))
    length += chunk.length - from
    if (length > longest) return yield ''
  }
  if (length > 0) yield ''
}
