import { expect, test } from 'vitest'
import { serverOf, wantOf } from '../../../test/kit/wanted.ts'
import { differences, lostPorts } from './ours.ts'

test('the order’s own server differs in nothing, in whatever order the panel lists its ports', () => {
  expect(differences(wantOf(), serverOf({ allocationIds: [32, 31] }))).toEqual([])
})

test('every difference is named with both values', () => {
  expect(differences(wantOf(), serverOf({ ownerId: 8, eggId: 6, externalId: null }))).toEqual([
    'external id is null, not 11111111-2222-4333-8444-555555555555',
    'owner is 8, not 7',
    'egg is 6, not 5',
  ])
})

test('without an account of ours, nothing is ours', () => {
  expect(differences(wantOf({ ownerId: null }), serverOf())).toEqual(['owner is 7, not null'])
})

test('ports that somebody else got at the same moment', () => {
  expect(lostPorts(wantOf(), serverOf())).toEqual([])
  expect(lostPorts(wantOf(), serverOf({ allocationIds: [31] }))).toEqual([25566])
})
