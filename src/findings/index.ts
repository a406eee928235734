export { type Repair, type RepairAsk, type Repaired, type Repairs, repairFinding } from './repair-finding.ts'
export { findingRepairRoutes, findingRoutes } from './routes.ts'
export {
  corrections,
  countCorrection,
  countOpen,
  type Finding,
  findingById,
  listFindings,
  type NewFinding,
  openAmong,
  openFinding,
  openFindingsAbout,
  resolveFinding,
  type Subject,
} from './store.ts'
