// What a message can do beside holding its fields.

/** The members that `Api.Message` and `Api.MessageService` have beside their fields. */
export interface CustomMessage {}

/** @internal Puts them on a class's prototype. */
export function patch(_prototype: object): void {}
