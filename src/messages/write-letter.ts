import type { NewMessage } from './store.ts'
import { TEMPLATES } from './templates/index.ts'
import type { Letter, Places } from './templates/props.ts'

/** A message as its reader would see it, before it is posted. */
export const writeLetter = (message: Pick<NewMessage, 'template' | 'props'>, places: Places): Letter =>
  (TEMPLATES[message.template] as (props: NewMessage['props'], places: Places) => Letter)(message.props, places)
