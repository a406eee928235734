export { findingRoutes } from './routes.ts'
export {
  countOpen,
  type Finding,
  listFindings,
  type NewFinding,
  openFinding,
  openFindingsAbout,
  resolveFinding,
  type Subject,
} from './store.ts'
