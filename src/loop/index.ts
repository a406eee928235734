export { type Bell, createBell } from './bell.ts'
export { createLoop, type Loop, migrateLoop, type Ticker, type Worker } from './loop.ts'
