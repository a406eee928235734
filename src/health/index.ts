export { overview } from './overview.ts'
export { healthRoutes } from './routes.ts'
export { statusView } from './status-view.ts'
