import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openTestCatalog } from '../../../test/support/catalog.ts'

type Step = { readonly kind: 'reserve' | 'free' | 'used' | 'foreign' } | { readonly kind: 'elsewhere'; number: number }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'reserve' }) },
  fc.constantFrom<Step>({ kind: 'free' }, { kind: 'used' }, { kind: 'foreign' }),
  fc.integer({ min: 1, max: 12 }).map((number): Step => ({ kind: 'elsewhere', number })),
)

test('takes the lowest free number: none twice, none that is foreign or a colleague’s, no gap at rest', async () => {
  await using test = await openTestCatalog()
  const { numbers, shops } = test.catalog
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 25 }), async (steps) => {
      run += 1
      const id = `template ${run}`
      const taken = new Set<number>()
      /** Reserved here and not yet decided, oldest first. */
      const reserved: number[] = []
      /** Under which a file stands. */
      const settled: number[] = []
      await test.catalog.write(() => {
        const print = { widthInches: 1, heightInches: 1, dpi: 300, fit: 'contain', namePattern: '{number}' } as const
        shops.saveTemplate({ id, shopId: test.shopId, name: id, ...print })
        for (const step of steps) take(step)
        for (const number of settled) numbers.free(id, number)
        // At rest every number below the highest is accounted for.
        const next = numbers.reserve(id)
        expect(next).toBe(lowestFree(taken))
      })

      function take(step: Step): void {
        if (step.kind === 'elsewhere') {
          numbers.markUsedElsewhere(id, step.number)
          taken.add(step.number)
          return
        }
        if (step.kind === 'reserve') {
          const number = numbers.reserve(id)
          expect(number).toBe(lowestFree(taken))
          taken.add(number)
          reserved.push(number)
          return
        }
        const number = reserved.shift()
        if (number === undefined) return
        if (step.kind !== 'free') settled.push(number)
        if (step.kind === 'used') numbers.markUsed(id, number)
        if (step.kind === 'foreign') numbers.markForeign(id, number)
        if (step.kind === 'free') {
          numbers.free(id, number)
          taken.delete(number)
        }
      }
    }),
    { numRuns: 60 },
  )
})

function lowestFree(taken: ReadonlySet<number>): number {
  let number = 1
  while (taken.has(number)) number += 1
  return number
}
