import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser'

export const FLOW: string[]
export const forbidden: IForbiddenRuleType[]
declare const architecture: { forbidden: IForbiddenRuleType[]; options: ICruiseOptions }
export default architecture
