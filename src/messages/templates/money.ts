import { formatMoney } from '../../kit/money.ts'
import { letter } from './frame.ts'
import type { Letter, Places, Props } from './props.ts'

const orderButton = (places: Places, orderId: string) => ({ label: 'See your order', url: `${places.publicUrl}/orders/${orderId}` })

/** An instant as everybody reads it the same: 1 December 2026, 14:30 UTC. */
export const inWords = (instant: string): string =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(instant)).replace(' at ', ', ')} UTC`

export const partRefunded = (props: Props['part_refunded'], places: Places): Letter =>
  letter(
    {
      subject: `Refunded: ${props.serverName}`,
      lines: [
        `We have refunded ${formatMoney(props.amountCents, props.currency)} for ${props.serverName}.`,
        `Why: ${props.reason}`,
        'Your bank usually shows the money within 5 to 10 days.',
      ],
      button: orderButton(places, props.orderId),
    },
    places.supportUrl,
  )

export const endsLater = (props: Props['ends_later'], places: Places): Letter =>
  letter(
    {
      subject: `Ending: ${props.serverName}`,
      lines: [
        `Your subscription of ${props.serverName} ends${props.endsAt ? ` on ${inWords(props.endsAt)}` : ' with the period you have paid for'}. Until then everything stays as it is; nothing more is charged.`,
        'If you change your mind, or did not ask for this, write to us before that day.',
      ],
      button: orderButton(places, props.orderId),
    },
    places.supportUrl,
  )

export const goesOn = (props: Props['goes_on'], places: Places): Letter =>
  letter(
    {
      subject: `Going on: ${props.serverName}`,
      lines: [`Your subscription of ${props.serverName} goes on: it no longer ends with the period you have paid for.`],
      button: orderButton(places, props.orderId),
    },
    places.supportUrl,
  )

export const paymentFailed = (props: Props['payment_failed'], places: Places): Letter =>
  letter(
    {
      subject: `Not paid: ${props.serverName}`,
      lines: [
        `The renewal of ${props.serverName} could not be charged. It is tried again by itself; if your card has changed, pay here.`,
        `Your server runs on until ${inWords(props.suspendAt)}. Is it not paid by then, it is stopped until it is; its files stay.`,
      ],
      ...(props.amountCents === null ? {} : { facts: [['To pay', formatMoney(props.amountCents, props.currency)] as [string, string]] }),
      button: props.payUrl ? { label: 'Pay', url: props.payUrl } : orderButton(places, props.orderId),
    },
    places.supportUrl,
  )

export const stoppedUnpaid = (props: Props['stopped_unpaid'], places: Places): Letter =>
  letter(
    {
      subject: `Stopped: ${props.serverName}`,
      lines: [
        `Your server ${props.serverName} is stopped, because its renewal is not paid. Its files are kept.`,
        'It starts again by itself as soon as the payment arrives.',
      ],
      button: props.payUrl ? { label: 'Pay', url: props.payUrl } : orderButton(places, props.orderId),
    },
    places.supportUrl,
  )
