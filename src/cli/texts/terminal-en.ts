/** What the terminal alone says of a connection, in English. */
export const terminalEn = {
  ask: {
    code: 'One-time code for the NAS',
    password: 'Password for the NAS',
    isYourNas: (address: string, shown: string) => `${address} shows ${shown}. Is that your NAS?`,
    /** What stands behind a question, and what counts as a yes to it. */
    sure: { hint: '[y/N]', yes: ['y', 'yes'] as readonly string[] },
  },
  nasNotKnown: (address: string, shown: string) =>
    `The NAS ${address} is not known yet. It shows ${shown}. Compare it with the NAS, then give --host-key ${shown}, or --trust-on-first-use.`,
  otherShop: (ofToken: string, shop: string) =>
    `The backend's token is for the shop "${ofToken}"; records of "${shop}" go there.`,
  doctor: {
    check: 'Check',
    good: 'ok',
    bad: 'FAULT',
    crypto: 'SSH crypto',
    native: 'native',
    slow: 'JavaScript: uploads run at half the speed. Run npm run demo once to build it.',
    dataFolder: 'Data folder',
    nas: (shop: string) => `NAS of ${shop}`,
    every: 'every step works',
    records: (shop: string) => `Records of ${shop}`,
    here: 'kept on this computer',
    backend: (shop: string) => `Backend of ${shop}`,
    answersFor: (shop: string) => `answers for ${shop}`,
    identity: 'identity',
  },
}

/** What other languages have, too. */
export type TerminalTexts = typeof terminalEn
