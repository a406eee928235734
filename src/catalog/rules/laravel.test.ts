import { expect, test } from 'vitest'
import { refusedBy } from './laravel.ts'

test.each([
  ['required|string|max:20', 'latest'],
  ['nullable|string|max:20', ''],
  ['nullable|integer', ' '],
  ['max:20', ''],
  ['required|integer|between:1,10', '10'],
  ['required|numeric|min:0.5', '0.5'],
  ['required|string|between:2,4', 'äöü'],
  ['required|boolean', '0'],
  ['required|in:a,b', 'b'],
  ['required|regex:/^([\\w\\d._-]+)(\\.jar)$/', 'server.jar'],
  ['regex:/^(a|b)$/', 'b'],
  ['required|alpha_dash', 'Größe_1-2'],
  ['required|digits:5', '25565'],
  ['required|digits_between:2,5', '255'],
  ['required|url', 'https://example.com/x'],
  ['required|ip', '10.0.0.1'],
  ['required|no_such_rule:1', 'anything'],
  ['required|regex:no delimiters', 'cannot be judged'],
  ['required|size:3', 'abc'],
  ['not_in:a,b', 'c'],
])('%s takes "%s"', (rules, value) => {
  expect(refusedBy(rules, value)).toBeNull()
})

test.each([
  ['required|string|max:20', '', 'required'],
  ['required|string|max:20', '   ', 'required'],
  ['string|max:20', '', 'string'],
  ['required|string|max:3', 'long', 'max:3'],
  ['required|integer', '1.5', 'integer'],
  ['required|integer', '007', 'integer'],
  ['required|integer|between:1,10', '11', 'between:1,10'],
  ['required|integer|min:5', '4', 'min:5'],
  ['required|numeric', 'ten', 'numeric'],
  ['required|boolean', 'true', 'boolean'],
  ['required|in:a,b', 'c', 'in:a,b'],
  ['required|regex:/^([\\w\\d._-]+)(\\.jar)$/', 'server.exe', 'regex:/^([\\w\\d._-]+)(\\.jar)$/'],
  ['regex:/^(a|b)$/', 'c', 'regex:/^(a|b)$/'],
  ['required|alpha_dash', 'two words', 'alpha_dash'],
  ['required|alpha_num', 'a-b', 'alpha_num'],
  ['required|digits:5', '123', 'digits:5'],
  ['required|not_regex:/x/', 'xy', 'not_regex:/x/'],
  ['required|starts_with:a,b', 'cab', 'starts_with:a,b'],
])('%s refuses "%s" by %s', (rules, value, rule) => {
  expect(refusedBy(rules, value)).toBe(rule)
})
