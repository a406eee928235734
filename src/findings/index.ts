export { byWay } from './by-way.ts'
export { type FindingKind, isFindingKind, KINDS, waysOf } from './kinds/index.ts'
export { searchFindings } from './present-findings.ts'
export { type Repair, type RepairAsk, type Repaired, type Repairs, repairFinding } from './repair-finding.ts'
export { resolveByHand } from './resolve-finding.ts'
export { findingRepairRoutes, findingRoutes } from './routes.ts'
export {
  corrections,
  countCorrection,
  countOpen,
  type Finding,
  findingById,
  isAccepted,
  listFindings,
  type NewFinding,
  openAmong,
  openFinding,
  openFindingsAbout,
  resolveFinding,
  type Subject,
} from './store/findings.ts'
export { addStrike, clearStrikes, struckKeys } from './store/strikes.ts'
