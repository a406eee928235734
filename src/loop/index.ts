export { type Bell, createBell } from './bell.ts'
export { createLoop, type Loop, migrateLoop, type Ticker, type Topics, type Worker } from './loop.ts'
