import { z } from 'zod'

export const TERMS = ['monthly', 'quarterly', 'semi_annual', 'yearly'] as const
export const Term = z.enum(TERMS)
export type Term = z.infer<typeof Term>

/** `monthlyCents` is the price divided by the term's months, rounded; `savingPercent` against paying monthly. */
export const PriceView = z.object({
  term: Term,
  months: z.number().int(),
  amountCents: z.number().int(),
  monthlyCents: z.number().int(),
  savingPercent: z.number().int(),
})
export type PriceView = z.infer<typeof PriceView>

export const PlanView = z.object({
  id: z.string(),
  name: z.string(),
  /** "Paper", "Vanilla": what runs. */
  variant: z.string(),
  ramGb: z.number(),
  cores: z.number(),
  diskGb: z.number(),
  prices: z.array(PriceView),
  /** False when the recipe would be refused by the panel or no price is published; `reason` says it in plain words. */
  sellable: z.boolean(),
  reason: z.string().nullable(),
  /** Region id → whether a server of this plan fits there now. */
  availability: z.record(z.string(), z.enum(['available', 'sold_out'])),
})
export type PlanView = z.infer<typeof PlanView>

/** A document the buyer must accept before paying, such as Minecraft's EULA. */
export const Eula = z.object({ name: z.string(), url: z.url() })

export const GameSummary = z.object({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  /** Lowest monthly price of a sellable plan; null when nothing is sellable. */
  fromCents: z.number().int().nullable(),
  variants: z.array(z.string()),
  soldOut: z.boolean(),
})
export type GameSummary = z.infer<typeof GameSummary>

export const RegionView = z.object({ id: z.string(), name: z.string() })

/** GET /api/shop */
export const ShopView = z.object({
  currency: z.string(),
  games: z.array(GameSummary),
  regions: z.array(RegionView),
  panelUrl: z.url(),
  supportUrl: z.string(),
  /** False while nothing can be delivered (panel gone or refusing us): the reason is shown and checkout is closed. */
  selling: z.boolean(),
  notice: z.string().nullable(),
})
export type ShopView = z.infer<typeof ShopView>

/** GET /api/games/:id */
export const GameView = z.object({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  eula: Eula.nullable(),
  plans: z.array(PlanView),
  regions: z.array(RegionView),
  currency: z.string(),
  selling: z.boolean(),
  notice: z.string().nullable(),
})
export type GameView = z.infer<typeof GameView>
