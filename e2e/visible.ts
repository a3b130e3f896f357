import { expect, type Locator, type Page } from '@playwright/test'

/** What happened in a page that nothing an agent wrote may bring about. */
interface Watch {
  /** Fails if a script ran, a dialog opened, anything was asked of another origin, or the content policy had to step in. */
  clean(): Promise<void>
}

/** Watches a page from before its first request. */
export async function watch(page: Page, url: string): Promise<Watch> {
  const odd: string[] = []
  page.on('dialog', dialog => {
    odd.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('popup', popup => odd.push(`popup: ${popup.url()}`))
  page.on('pageerror', error => odd.push(`error: ${error.message}`))
  page.on('request', request => {
    const own = request.url().startsWith(`${url}/`) || request.url().startsWith(`blob:${url}/`)
    // Our own style sheet draws a few marks out of itself; nothing that an agent wrote becomes an address at all.
    if (!own && !request.url().startsWith('data:')) odd.push(`request: ${request.url()}`)
  })
  page.on('console', message => {
    if (/Content Security Policy|Refused to/i.test(message.text())) odd.push(`policy: ${message.text()}`)
  })
  return {
    clean: async () => {
      expect(odd).toEqual([])
      expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
      expect(new URL(page.url()).origin).toBe(new URL(url).origin)
    },
  }
}

/** The text of a part of the page as it is laid out: line breaks where they are seen, and nothing that is not drawn. */
export function seen(part: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: what counts here is what the layout leaves of the text
  return part.innerText()
}

const more = /^… [\d,]+ more /

/** Presses, as a person would, whatever says that there is more of a part of the page. */
export async function openAll(part: Locator): Promise<void> {
  const next = part.getByRole('button', { name: more })
  for (let left = await next.count(); left > 0; left = await next.count()) await next.first().click()
}

/** Does the page itself say, by a control of its own, that there is more of this part? */
export async function saysMore(part: Locator): Promise<boolean> {
  return (await part.getByRole('button', { name: more }).count()) > 0
}

/**
 * The text of a part of the page as it can be seen, and nothing else. Fails where there is text that cannot: without size, without
 * ink, under a cut of its frame that does not scroll, or with dots in its place.
 */
export async function visible(part: Locator): Promise<string> {
  const unseen = await part.evaluate(root => {
    const clear = (colour: string) => /^rgba\(.*, 0\)$|^transparent$/.test(colour)
    const fault = (element: Element, range: Range): string | null => {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }))
        return 'not drawn'
      const style = getComputedStyle(element)
      if (Number.parseFloat(style.fontSize) < 9) return 'too small'
      if (clear(style.color) || clear(style.webkitTextFillColor)) return 'without ink'
      if (![...range.getClientRects()].some(one => one.width > 0 && one.height > 0)) return 'without size'
      for (let frame: Element | null = element; frame && root.contains(frame); frame = frame.parentElement) {
        const { overflowX, overflowY, display, webkitLineClamp } = getComputedStyle(frame)
        if (display === 'inline') continue
        const cut = (overflow: string) => overflow === 'hidden' || overflow === 'clip'
        if (webkitLineClamp !== 'none') return 'clamped'
        if (cut(overflowX) && frame.scrollWidth > frame.clientWidth + 1) return 'cut at the side'
        if (cut(overflowY) && frame.scrollHeight > frame.clientHeight + 1) return 'cut at the end'
      }
      return null
    }
    const unseen: string[] = []
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const said = node.textContent ?? ''
      if (said.trim() === '' || !node.parentElement) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const why = fault(node.parentElement, range)
      if (why) unseen.push(`${why}: ${said.slice(0, 80)}`)
    }
    return unseen
  })
  expect(unseen).toEqual([])
  return seen(part)
}

/** Nothing in it changes what is seen around it, or hides: every such character was made a visible token. */
export function isInert(text: string): void {
  expect(text.match(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u2800\u3164\uffa0]/u)).toBe(null)
}

/** It fits the width of the screen. */
export async function fits(page: Page): Promise<void> {
  const over = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(await over()).toBeLessThanOrEqual(0)
}

/**
 * Reads exact arguments off a part of the page as a program would that has nothing else: asks for them as JSON, opens all that it
 * offers to open, and parses what is then in sight.
 */
export async function readExactly(part: Locator): Promise<unknown> {
  const control = part.getByRole('button', { name: /^Exactly, as JSON/ })
  if ((await control.count()) > 0) await control.click()
  await openAll(part)
  const text = await visible(part.getByRole('region', { name: /^Exactly, as JSON/ }))
  // Plain ASCII: what the eye reads off it is what stands there.
  expect(text).toMatch(/^[ -~\n]*$/)
  return JSON.parse(text)
}
