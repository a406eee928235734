export { type FunctionOptions, functionRoutes } from './routes.ts'
