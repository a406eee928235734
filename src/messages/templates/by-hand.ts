import { letter } from './frame.ts'
import type { Letter, Places, Props } from './props.ts'

const button = (places: Places, orderId: string) => ({ label: 'See your order', url: `${places.publicUrl}/orders/${orderId}` })

/** What staff send by hand: fixed words around facts that are read from the order. */
export const panelAccess = (props: Props['panel_access'], places: Places): Letter =>
  letter(
    {
      subject: `How to reach your server: ${props.serverName}`,
      lines: [
        `You manage ${props.serverName} on the game panel at ${places.panelUrl}.`,
        'If you have no password there, or lost it: your order’s page sets a new one, and “Forgot password” on the panel sends a link to this address.',
      ],
      facts: [
        ['Panel', places.panelUrl],
        ['Panel user name', props.panelUsername],
      ],
      button: button(places, props.orderId),
      small: 'We never send or ask for a password by mail.',
    },
    places.supportUrl,
  )

export const orderUpdate = (props: Props['order_update'], places: Places): Letter =>
  letter(
    {
      subject: `About your order: ${props.serverName}`,
      lines: [`You asked about ${props.serverName}.`, `How it stands: ${props.state}`, `What happens next: ${props.next}`],
      button: button(places, props.orderId),
    },
    places.supportUrl,
  )

export const endsHow = (props: Props['how_to_end'], places: Places): Letter =>
  letter(
    {
      subject: `Before we end ${props.serverName}`,
      lines: [
        `You asked to end ${props.serverName}. Please answer to our support with one of these:`,
        '1. End it with the period that is paid for. 2. End it now.',
        'Once it has ended the server is stopped. Its files are deleted seven days later, or at once if you say so: download what you want to keep.',
      ],
      button: button(places, props.orderId),
    },
    places.supportUrl,
  )
