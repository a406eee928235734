import { emit } from '../events/emit.ts'
import { newId } from '../wire/ids.ts'
import type { Dispute } from '../wire/shapes.ts'
import { nowOf, type World } from '../world.ts'

const NO_EVIDENCE: Dispute['evidence'] = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
}

/** The customer's bank takes the money back until the dispute is decided. Null when there is no such paid charge, or one is open. */
export function openDispute(world: World, chargeId: string, reason = 'general'): Dispute | null {
  const charge = world.rows.charges.get(chargeId)
  if (!charge?.paid || charge.disputed) return null
  const at = nowOf(world)
  const dispute: Dispute = {
    id: newId('dp_1'),
    object: 'dispute',
    amount: charge.amount - charge.amount_refunded,
    balance_transactions: [],
    charge: charge.id,
    created: at,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: at + 7 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
      type: 'card',
    },
    reason,
    status: 'needs_response',
  }
  world.rows.disputes.set(dispute.id, dispute)
  world.rows.charges.set(charge.id, { ...charge, disputed: true })
  emit(world, 'charge.dispute.created', dispute)
  emit(world, 'charge.dispute.funds_withdrawn', dispute)
  return dispute
}

export function closeDispute(world: World, id: string, status: 'won' | 'lost'): Dispute | null {
  const dispute = world.rows.disputes.get(id)
  if (!dispute || dispute.status === 'won' || dispute.status === 'lost') return null
  const closed: Dispute = { ...dispute, status }
  world.rows.disputes.set(id, closed)
  emit(world, 'charge.dispute.closed', closed)
  if (status === 'won') emit(world, 'charge.dispute.funds_reinstated', closed)
  return closed
}
