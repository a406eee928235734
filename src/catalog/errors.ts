import { Failure } from '../kit/failure.ts'

export const planSold = (planId: string, cause: unknown): Failure =>
  new Failure({
    code: 'catalog.plan_sold',
    kind: 'conflict',
    say: `The plan ${planId} is sold: what it gives does not change any more.`,
    next: `Give the new resources a new id, with "replaces": "${planId}", and take the old plan out of the file. Nothing was changed.`,
    field: planId,
    cause,
  })
