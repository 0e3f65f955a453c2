import { registerHooks } from 'node:module'

const SPECIFIERS = new Set(['electron', 'electron/main', 'electron/common', 'electron/utility'])

/** From now on `electron` means `module` in this process, for import and require alike. */
export function mapElectron(module: URL): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      SPECIFIERS.has(specifier)
        ? { url: module.href, format: 'module-typescript', shortCircuit: true }
        : next(specifier, context),
  })
}
