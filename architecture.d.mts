export const FLOW: string[]
