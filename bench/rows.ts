/** One line of the table. */
export interface Row {
  readonly what: string
  readonly measured: string
  readonly against: string
  readonly aim: string
  readonly met: boolean
}
export type Add = (row: Row) => void

export const whole = (value: number) => Math.round(value).toLocaleString('en')
export const ratio = (value: number) => value.toFixed(2)
export const ms = (value: number) => `${value.toFixed(1)} ms`
