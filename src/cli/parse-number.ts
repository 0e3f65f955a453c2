import { usageError } from './cli-error.ts'

/** A whole number from 1 on; another is a mistake of usage. */
export function parseNumber(text: string): number {
  return parseOption('--number', text)
}

/** The same of any option. */
export function parseOption(option: string, text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw usageError(`${option}: ${text} is not a number from 1.`)
  return Number(text)
}
