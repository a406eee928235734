/** 72 → `72 s`, 900 → `15 min`, 7500 → `2 h 5 min`. */
export function minutes(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 120) return `${whole} s`
  const min = Math.floor(whole / 60)
  if (min < 120) return `${min} min`
  const hours = Math.floor(min / 60)
  if (hours < 48) return min % 60 === 0 ? `${hours} h` : `${hours} h ${min % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}
export const orders = (count: number): string => (count === 1 ? '1 order' : `${count} orders`)
export const timed = (count: number): string => (count === 1 ? 'once' : `${count} times`)
/** 0.0512 → `5.1 %`. */
export const ratio = (share: number): string => `${(share * 100).toFixed(1)} %`
export const atMinute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
