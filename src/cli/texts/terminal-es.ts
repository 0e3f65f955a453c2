import type { TerminalTexts } from './terminal-en.ts'

/** What the terminal alone says of a connection, in Spanish. */
export const terminalEs: TerminalTexts = {
  ask: {
    code: 'Código de un solo uso para el NAS',
    password: 'Contraseña del NAS',
    isYourNas: (address, shown) => `${address} muestra ${shown}. ¿Es tu NAS?`,
    sure: { hint: '[s/N]', yes: ['s', 'si', 'sí'] },
  },
  nasNotKnown: (address, shown) =>
    `El NAS ${address} aún no es conocido. Muestra ${shown}. Compáralo con el NAS y después indica --host-key ${shown}, o --trust-on-first-use.`,
  otherShop: (ofToken, shop) =>
    `El token del servidor de registros es de la tienda «${ofToken}»; los registros de «${shop}» van allí.`,
  doctor: {
    check: 'Comprobación',
    good: 'bien',
    bad: 'FALLO',
    crypto: 'Cifrado SSH',
    native: 'nativo',
    slow: 'JavaScript: se sube a la mitad de velocidad. Ejecuta npm run demo una vez para compilarlo.',
    dataFolder: 'Carpeta de datos',
    nas: (shop) => `NAS de ${shop}`,
    every: 'todos los pasos funcionan',
    records: (shop) => `Registros de ${shop}`,
    here: 'se guardan en este equipo',
    backend: (shop) => `Servidor de registros de ${shop}`,
    answersFor: (shop) => `responde por ${shop}`,
    identity: 'identidad',
  },
}
