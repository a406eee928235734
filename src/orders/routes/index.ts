export { opsOrderRoutes } from './ops.ts'
export { orderRoutes } from './orders.ts'
export { shopRoutes } from './shop.ts'
