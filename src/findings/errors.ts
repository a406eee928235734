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

/** Unknown, or not said where there are several. */
export const wayNeeded = (way: string | null, ways: Record<string, string>) =>
  new Failure({
    code: 'findings.no_such_way',
    kind: 'invalid',
    field: 'way',
    say: way === null ? 'This finding can be repaired in several ways: say which.' : `This finding has no way “${way}”.`,
    next: `Name one of its ways. ${Object.entries(ways)
      .map(([name, does]) => `${name}: ${does}`)
      .join(' ')}`,
  })

export const noRepair = (remedy: string) =>
  new Failure({
    code: 'findings.no_repair',
    kind: 'conflict',
    say: 'This finding has no repair that we could do: it needs a person.',
    next: remedy,
  })
