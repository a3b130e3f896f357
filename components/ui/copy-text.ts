/** Older and plain-http pages have no clipboard of their own: a field that is selected and copied does the same. */
function copySelected(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.style.position = 'fixed'
  field.style.opacity = '0'
  // Beside what was pressed: a dialog takes the focus back from anything outside of it.
  ;(document.activeElement?.parentElement ?? document.body).append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  return done
}

/** Copies this exact text; false where the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  if (!window.isSecureContext) return copySelected(text)
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  )
}
