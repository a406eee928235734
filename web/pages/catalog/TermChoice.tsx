import type { PlanView, PriceView, Term } from '../../../src/catalog/contract.ts'
import { ChoiceCard, ChoiceSet } from '../../ui/ChoiceCard.tsx'
import { money, TERM_NAMES } from '../../ui/format.ts'
import classes from './Game.module.css'

type Props = { plan: PlanView; price: PriceView | null; currency: string; onTerm: (term: Term) => void }

export function TermChoice({ plan, price, currency, onTerm }: Props) {
  return (
    <ChoiceSet legend="Billing" min={9.25}>
      {plan.prices.map((each) => (
        <ChoiceCard
          key={each.term}
          name="term"
          value={each.term}
          label={`${TERM_NAMES[each.term]}: ${money(each.amountCents, currency)}${each.savingPercent > 0 ? `, ${each.savingPercent}% less a month` : ''}`}
          checked={each.term === price?.term}
          onChoose={() => onTerm(each.term)}
        >
          <span className={classes.small}>{TERM_NAMES[each.term]}</span>
          <span className={classes.big}>{money(each.amountCents, currency)}</span>
          <span className={classes.small}>
            {each.months > 1 ? `${money(each.monthlyCents, currency)} a month` : 'each month'}
            {each.savingPercent > 0 && <span className={classes.saving}>{each.savingPercent}% less</span>}
          </span>
        </ChoiceCard>
      ))}
    </ChoiceSet>
  )
}
