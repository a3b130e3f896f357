import type { NamedResource } from './resource-fact'

const placeholder = /\{(type|id)\}/g

/** What is wrong with the address of a source, or null. What says which server it is, takes no placeholder. */
export function sourceUrlProblem(template: string): string | null {
  const [origin = ''] = /^https?:\/\/[^/?#]*/i.exec(template) ?? []
  if (origin === '' || /[{}]/.test(origin)) return 'It begins with https:// and a host, without placeholders.'
  if (/[{}]/.test(template.replace(placeholder, ''))) return 'The only placeholders are {type} and {id}.'
  if (!template.includes('{id}')) return 'It says where {id} goes.'
  return sourceAddress(template, { type: 'a', id: 'b' }) === null ? 'It is no address that can be read.' : null
}

/**
 * The address that is asked about one resource. Type and id are escaped; whatever would still lead to another place than the
 * template does (a step up, say) is null.
 */
export function sourceAddress(template: string, resource: NamedResource): string | null {
  const fill = (type: string, id: string) =>
    template.replace(placeholder, (_, name) => encodeURIComponent(name === 'type' ? type : id))
  let filled: string
  try {
    filled = fill(resource.type ?? '', resource.id ?? '')
  } catch {
    // A lone surrogate has no escape.
    return null
  }
  if (!URL.canParse(filled)) return null
  const [asked, meant] = [new URL(filled), new URL(fill('t', 'i'))]
  const shape = (url: URL) => `${url.origin} ${url.pathname.split('/').length} ${url.search !== ''}`
  // An id of dots would be taken for a step up the path, escaped or not.
  return shape(asked) === shape(meant) && filled.slice(asked.origin.length) === asked.pathname + asked.search
    ? filled
    : null
}
