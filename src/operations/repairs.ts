import type { Repair, Repairs } from '../findings/index.ts'
import { Failure } from '../kit/failure.ts'
import { messageById, requeue } from '../messages/index.ts'
import type { World } from '../world.ts'

type OperationsWorld = Pick<World, 'db' | 'now'>

const notSendable = (say: string) =>
  new Failure({
    code: 'operations.not_sendable',
    kind: 'conflict',
    say,
    next: 'Tell the customer another way what it said, then resolve this finding.',
  })

const resend: Repair<OperationsWorld> = async (world, ask) => {
  const id = ask.finding.subject_id
  const message = await messageById(world.db.q, id)
  if (message?.status !== 'failed') throw notSendable('This mail is not given up: it was sent, or is tried again.')
  if (!message.whole) throw notSendable('Its link is not kept: the customer asks for a new one where the first was asked for.')
  const did = `Send the mail “${message.template}” to ${message.to_email} again.`
  if (!ask.dryRun) await world.db.tx((tx) => requeue(tx, id, world.now()))
  return { did, mended: !ask.dryRun }
}

/** What belongs to rooms that stand left of the findings. */
export const operationRepairs: Repairs<OperationsWorld> = { 'messages.not_sent': resend }
