import type { Served } from '@/server/http/door'

/** Fills an empty database with the demo organisation, through the verbs that people use. */
export async function seedDemo(_app: Served, _say: (line: string) => void): Promise<void> {}
