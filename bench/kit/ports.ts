import { portTaken } from '../../sandbox/ports.ts'

/** The first of so many free ports in a row, below those that a system gives away by itself. */
export async function freeRow(count: number): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = 20_000 + Math.floor(Math.random() * 2_500) * 5
    const taken = await Promise.all(Array.from({ length: count }, (_, n) => portTaken(port + n)))
    if (!taken.includes(true)) return port
  }
  throw new Error(`no ${count} free ports in a row`)
}
