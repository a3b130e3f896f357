import type { Hidden } from './hidden-character'

/**
 * A piece of text as a person may be shown it. `raw` is what was there (all of them together are the text); `text` is what
 * to show: the piece itself, or the token that stands for it. `count` is how many characters a token stands for.
 */
export interface Segment {
  readonly kind: 'text' | Hidden | 'homoglyph'
  readonly text: string
  readonly token: string | null
  readonly count: number
  readonly raw: string
}
