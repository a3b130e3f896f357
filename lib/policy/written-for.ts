/**
 * The agents and applications that added, changed or dropped policies name: whoever wrote those writes their rules. A policy
 * that names none is the organisation's, and bars nobody.
 * @param before policies by id, as text
 */
export function writtenFor(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(id => before[id] !== after[id])
  const texts = changed.flatMap(id => [before[id] ?? '', after[id] ?? ''])
  return [...new Set(texts.flatMap(text => text.match(/\b(?:agt|app)_[0-9A-HJKMNP-TV-Z]{26}\b/g) ?? []))].sort()
}
