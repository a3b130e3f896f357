import { timeLeft } from '@/components/ui/ring'

/** How long something took, in one unit or two: “45 s”, “4 min”, “3 h 20”, “2 d”. */
export function lasting(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 100) return `${seconds} s`
  return seconds < 600 ? `${Math.round(seconds / 60)} min` : timeLeft(ms)
}
