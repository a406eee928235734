/** Plain checks before asking the server, which has the last word. */
export const emailFault = (value: string) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : 'Enter your whole e-mail address.')
export const newPasswordFault = (value: string) => (value.length >= 8 ? null : 'Use at least 8 characters.')
export const givenFault = (value: string) => (value.trim() === '' ? 'Fill this in.' : null)
