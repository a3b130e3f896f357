import { z } from 'zod'

/** The schema of an id of one kind, typed so that kinds never mix; its pattern stands in OpenAPI. */
export function idSchema<const P extends string>(prefix: P) {
  return z.templateLiteral([prefix, '_', z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)])
}
