import { StringDecoder } from 'node:string_decoder'

const most = 65_536

/**
 * Cuts what a program says into whole lines, so that nothing that is looked for in them stands in two. Of a line without an end
 * what is past 64 K characters is left out.
 */
export function wholeLines(heard: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8')
  let left = ''
  return chunk => {
    const lines = (left + decoder.write(chunk)).split('\n')
    left = (lines.pop() ?? '').slice(0, most)
    for (const line of lines) heard(line.trimEnd())
  }
}
