import { Failure } from '../../kit/failure.ts'
import { type Asked, type Meaning, type PanelAnswer, PORT_TRIES_MAX } from './answer.ts'

/**
 * A 422 of the panel's own. It names every failing field at once; the order in which they count:
 * an existing external id first (something of ours stands there), then what only a person can mend, then what we can.
 */
export function refusal(failure: Failure, answer: PanelAnswer, asked: Asked): Meaning {
  const fields = Object.keys(answer.refused)
  const say = (field: string) => `The panel refused the field ${field}: ${answer.refused[field]?.detail ?? 'no reason given'}`
  const make = (code: string, kind: Failure['kind'], field: string, next: string) =>
    new Failure({ code, kind, field, say: say(field), next, facts: failure.facts, cause: failure })

  if (fields.includes('external_id'))
    return {
      class: 'transient',
      effect: 'look_up_taken',
      failure: make(
        'servers.external_id_taken',
        'unavailable',
        'external_id',
        'A server of this order stands on the panel already: it is looked up by itself.',
      ),
    }
  if (asked.step === 'resize' && fields.length > 0 && fields.every(isPort)) return defaultPortChanged(failure)
  const forPerson = fields.find((field) => !isPort(field) && field !== 'user')
  if (forPerson !== undefined || fields.length === 0) {
    const field = forPerson ?? 'body'
    const code = asked.step === 'resize' ? 'servers.resize_refused' : 'servers.field_refused'
    return { class: 'config', effect: 'stop', failure: make(code, 'invalid', field, remedyFor(field, asked)) }
  }
  if (fields.includes('user'))
    return {
      class: 'transient',
      effect: 'ensure_account_again',
      failure: make('servers.owner_refused', 'unavailable', 'user', 'The customer’s panel account is gone: it is made again by itself.'),
    }
  const port = fields.find(isPort) ?? 'allocation.default'
  if (asked.portTries >= PORT_TRIES_MAX)
    return {
      class: 'capacity',
      effect: 'wait_capacity',
      failure: make(
        'fleet.no_capacity',
        'full',
        port,
        'Ports of this node are taken by others again and again: add allocations to it on the panel. It goes on by itself.',
      ),
    }
  return {
    class: 'transient',
    effect: 'other_ports',
    failure: make(
      'servers.port_taken',
      'unavailable',
      port,
      'Somebody took the port outside this shop: other ports are taken by themselves.',
    ),
  }
}

/** Between our look and the call, which names the default port: both are done again. */
export const defaultPortChanged = (from: Failure): Meaning => ({
  class: 'transient',
  effect: 'look_up_now',
  failure: new Failure({
    code: 'servers.default_port_changed',
    kind: 'unavailable',
    say: 'The server’s default port was changed at the same moment.',
    next: 'Nothing to do: it is looked at and tried again by itself.',
    facts: from.facts,
    cause: from,
  }),
})

const isPort = (field: string): boolean => field.startsWith('allocation')

/** How a person mends a refused field. */
function remedyFor(field: string, asked: Asked): string {
  const recipe = asked.recipeId ? `recipe ${asked.recipeId}` : `recipe of plan ${asked.planId}`
  if (asked.step === 'resize')
    return `The plan ${asked.planId} asks for what the panel does not accept: change the order to another plan (or back), or put right what the panel limits; it is tried again by itself.`
  const then = 'then retry the order.'
  if (field.startsWith('environment.'))
    return `Set ${field.slice('environment.'.length)} in the ${recipe} to a value that egg ${asked.eggId ?? '?'} accepts (its rules are in the answer above), sync the eggs, ${then}`
  if (field === 'egg') return `Egg ${asked.eggId ?? '?'} is gone from the panel: give the ${recipe} another egg, sync the eggs, ${then}`
  if (field === 'docker_image' || field === 'startup')
    return `Give the ${recipe} a valid ${field}, or none so that the egg’s own is used, ${then}`
  if (field.startsWith('limits.') || field.startsWith('feature_limits.'))
    return `The plan ${asked.planId} asks for more than the panel accepts: sell a new version of the plan, and settle this order with the customer.`
  if (field === 'name') return `The panel does not take this server name: change the order’s server name, ${then}`
  if (['email', 'username', 'first_name', 'last_name'].includes(field))
    return `The panel does not take the customer’s ${field}: put it right in the customer’s account, ${then}`
  return `Put right what the ${recipe} sends as ${field}, ${then}`
}
