export { makePanelAccount } from './make-panel-account.ts'
export { provisionServer } from './provision-server.ts'
export { type FunctionOptions, functionRoutes } from './routes.ts'
