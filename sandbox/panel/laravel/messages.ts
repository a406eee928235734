/** The panel's English words for a failed rule. Three of them depend on what is measured. */
type Measured = { numeric: string; string: string; array: string }

export const MESSAGES: Record<string, string | Measured> = {
  alpha: 'The :attribute may only contain letters.',
  alpha_dash: 'The :attribute may only contain letters, numbers, and dashes.',
  alpha_num: 'The :attribute may only contain letters and numbers.',
  array: 'The :attribute must be an array.',
  between: {
    numeric: 'The :attribute must be between :min and :max.',
    string: 'The :attribute must be between :min and :max characters.',
    array: 'The :attribute must have between :min and :max items.',
  },
  boolean: 'The :attribute field must be true or false.',
  digits: 'The :attribute must be :digits digits.',
  digits_between: 'The :attribute must be between :min and :max digits.',
  email: 'The :attribute must be a valid email address.',
  exists: 'The selected :attribute is invalid.',
  in: 'The selected :attribute is invalid.',
  integer: 'The :attribute must be an integer.',
  ip: 'The :attribute must be a valid IP address.',
  json: 'The :attribute must be a valid JSON string.',
  max: {
    numeric: 'The :attribute may not be greater than :max.',
    string: 'The :attribute may not be greater than :max characters.',
    array: 'The :attribute may not have more than :max items.',
  },
  min: {
    numeric: 'The :attribute must be at least :min.',
    string: 'The :attribute must be at least :min characters.',
    array: 'The :attribute must have at least :min items.',
  },
  not_in: 'The selected :attribute is invalid.',
  numeric: 'The :attribute must be a number.',
  p_username:
    'The :attribute must start and end with alpha-numeric characters and\n                contain only letters, numbers, dashes, underscores, and periods.',
  present: 'The :attribute field must be present.',
  regex: 'The :attribute format is invalid.',
  required: 'The :attribute field is required.',
  required_with: 'The :attribute field is required when :values is present.',
  required_without: 'The :attribute field is required when :values is not present.',
  size: {
    numeric: 'The :attribute must be :size.',
    string: 'The :attribute must be :size characters.',
    array: 'The :attribute must contain :size items.',
  },
  string: 'The :attribute must be a string.',
  unique: 'The :attribute has already been taken.',
  url: 'The :attribute format is invalid.',
}
