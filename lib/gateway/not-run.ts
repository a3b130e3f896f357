/** A call that is known not to have reached its server. The message is for whoever keeps the server, and has no secret. */
export class NotRun extends Error {}
