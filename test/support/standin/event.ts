export interface PreventableEvent {
  readonly defaultPrevented: boolean
  preventDefault(): void
}

/** An event of Electron whose listener may say no; `details` are its further members. */
export function preventable<Details extends object>(details: Details): PreventableEvent & Details {
  let defaultPrevented = false
  const event = {
    preventDefault: () => {
      defaultPrevented = true
    },
    get defaultPrevented() {
      return defaultPrevented
    },
  }
  return Object.defineProperties({ ...details, ...event }, Object.getOwnPropertyDescriptors(event))
}
