import { Failure } from '../kit/failure.ts'

export const noSuchAlert = () =>
  new Failure({ code: 'health.no_such_alert', kind: 'missing', say: 'There is no such alert.', next: 'Go back to the list of alerts.' })

export const alertOver = () =>
  new Failure({
    code: 'health.alert_resolved',
    kind: 'conflict',
    say: 'This alert is over already.',
    next: 'Nothing is left to do. It fires again by itself if it is so again.',
  })

export const noSuchRule = () =>
  new Failure({ code: 'health.no_such_rule', kind: 'missing', say: 'There is no such rule.', next: 'See the list of rules.' })

export const noSilence = () =>
  new Failure({
    code: 'health.not_silenced',
    kind: 'conflict',
    say: 'Nothing is silenced there.',
    next: 'Reload the page: the silence may have ended.',
  })

export const nothingToChange = () =>
  new Failure({
    code: 'health.nothing_to_change',
    kind: 'invalid',
    say: 'Nothing is to be changed.',
    next: 'Name what shall be otherwise.',
  })

export const noSuchChannel = () =>
  new Failure({ code: 'health.no_such_channel', kind: 'missing', say: 'There is no such channel.', next: 'See the list of channels.' })

export const nameTaken = (name: string) =>
  new Failure({
    code: 'health.channel_name_taken',
    kind: 'conflict',
    say: `A channel is called “${name}” already.`,
    next: 'Give it another name.',
    field: 'name',
    fields: { name: 'taken' },
  })

export const notOfThisKind = (kind: string, field: string) =>
  new Failure({
    code: 'health.channel_field',
    kind: 'invalid',
    say: `A channel of the kind ${kind} has no ${field}.`,
    next: 'Leave it out, or make a channel of another kind.',
    field,
    fields: { [field]: `not for ${kind}` },
  })
