import { Failure } from '../kit/failure.ts'

export const findingMissing = () =>
  new Failure({ code: 'findings.missing', kind: 'missing', say: 'There is no such finding.', next: 'Go back to the list of findings.' })

export const findingResolved = () =>
  new Failure({
    code: 'findings.already_resolved',
    kind: 'conflict',
    say: 'This finding is resolved already.',
    next: 'Reload the list; if the thing is wrong again, it is opened again by itself.',
  })

export const noRepair = (remedy: string) =>
  new Failure({
    code: 'findings.no_repair',
    kind: 'conflict',
    say: 'This finding has no repair that we could do: it needs a person.',
    next: remedy,
  })
