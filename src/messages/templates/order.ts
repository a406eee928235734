import { formatMoney } from '../../kit/money.ts'
import { letter } from './frame.ts'
import { inWords } from './money.ts'
import type { Letter, Places, Props } from './props.ts'

const orderButton = (places: Places, orderId: string) => ({ label: 'See your order', url: `${places.publicUrl}/orders/${orderId}` })

export const orderConfirmed = (props: Props['order_confirmed'], places: Places): Letter =>
  letter(
    {
      subject: `Paid: ${props.serverName}`,
      lines: ['Thank you, your payment has arrived.', 'We are setting up your server now and write again when it is ready.'],
      facts: [
        ['Server', props.serverName],
        ['Game', props.gameName],
        ['Plan', props.planName],
        ['Paid', formatMoney(props.amountCents, props.currency)],
      ],
      button: orderButton(places, props.orderId),
    },
    places.supportUrl,
  )

export const serverReady = (props: Props['server_ready'], places: Places): Letter =>
  letter(
    {
      subject: `Ready: ${props.serverName}`,
      lines: ['Your server is installed.', `You manage it on the game panel at ${places.panelUrl}.`],
      facts: [
        ['Server', props.serverName],
        ['Address', props.address],
        ['Panel user name', props.panelUsername],
      ],
      button: orderButton(places, props.orderId),
      small: 'Your order’s page shows how to get your password for the game panel. We never send one by mail.',
    },
    places.supportUrl,
  )

export const trouble = (props: Props['trouble'], places: Places): Letter =>
  letter(
    {
      subject: `Delayed: ${props.serverName}`,
      lines: [`Your server ${props.serverName} is not ready yet.`, `What happened: ${props.cause}`, `What we do: ${props.next}`],
      button: orderButton(places, props.orderId),
    },
    places.supportUrl,
  )

export const refunded = (props: Props['refunded'], places: Places): Letter =>
  letter(
    {
      subject: `Refunded: ${props.serverName}`,
      lines: [
        `We have refunded ${formatMoney(props.amountCents, props.currency)} for ${props.serverName}. Your subscription has ended; nothing more is charged.`,
        `Why: ${props.reason}`,
        'Your bank usually shows the money within 5 to 10 days.',
      ],
      button: orderButton(places, props.orderId),
    },
    places.supportUrl,
  )

export const canceled = (props: Props['canceled'], places: Places): Letter =>
  letter(
    {
      subject: `Canceled: ${props.serverName}`,
      lines: [
        `Your order of ${props.serverName} is canceled. Its subscription ends now and nothing more is charged.`,
        `Your server, if it was running, is stopped${props.deleteAt ? `, and is deleted with its files on ${inWords(props.deleteAt)}` : ''}. If you want to keep its files, or did not ask for this, write to us now.`,
      ],
      button: orderButton(places, props.orderId),
    },
    places.supportUrl,
  )

export const capacityWait = (props: Props['capacity_wait'], places: Places): Letter =>
  letter(
    {
      subject: `Waiting for room: ${props.serverName}`,
      lines: [
        `Your payment has arrived, but ${props.regionName} has no room for ${props.serverName} at this moment.`,
        'Your server is set up by itself as soon as there is room. If that takes too long, you get your money back without asking.',
      ],
      button: orderButton(places, props.orderId),
    },
    places.supportUrl,
  )
