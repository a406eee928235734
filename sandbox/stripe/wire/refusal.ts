/** An answer other than 2xx, always in Stripe's envelope: the SDK throws only when the body has an `error` key. */
export class Refusal extends Error {
  readonly status: number
  readonly body: { type: string; code?: string; param?: string; decline_code?: string; doc_url?: string }
  constructor(status: number, message: string, body: Refusal['body']) {
    super(message)
    this.status = status
    this.body = body
  }
  toJSON() {
    const { type, code, ...rest } = this.body
    const doc = code ? { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` } : {}
    return { error: { ...(code ? { code } : {}), ...doc, message: this.message, ...rest, type } }
  }
}

const withParam = (param?: string) => (param ? { param } : {})

export const invalid = (message: string, param?: string, code?: string) =>
  new Refusal(400, message, { type: 'invalid_request_error', ...(code ? { code } : {}), ...withParam(param) })

export const missingParam = (param: string) => invalid(`Missing required param: ${param}.`, param, 'parameter_missing')

export const unknownParam = (param: string) => invalid(`Received unknown parameter: ${param}`, param, 'parameter_unknown')

/** @param noun the word Stripe uses for the thing, e.g. "customer". */
export const noSuch = (noun: string, id: string, param = 'id', status = 404) =>
  new Refusal(status, `No such ${noun}: '${id}'`, { type: 'invalid_request_error', code: 'resource_missing', param })

export const unauthorized = (message: string) => new Refusal(401, message, { type: 'invalid_request_error' })

export const cardRefused = (message: string, code: string, declineCode?: string) =>
  new Refusal(402, message, { type: 'card_error', code, ...(declineCode ? { decline_code: declineCode } : {}) })

export const rateLimited = () => new Refusal(429, 'Request rate limit exceeded.', { type: 'invalid_request_error', code: 'rate_limit' })

export const serverFault = (status = 500) => new Refusal(status, 'An unknown error occurred in the sandbox.', { type: 'api_error' })
