export { createSession } from "./session.ts"
export { defineProvider } from "./core/provider.ts"
export type { Held, Login, LoginStep, Logout, Provider, ProviderDefinition, RequestData, Tokens } from "./core/provider.ts"
export type { AnswerPattern, BodyPattern, NamedAnswer, OnDoubt, Rules, Source } from "./core/rules.ts"
export type { Reply } from "./core/answer.ts"
export type { Clock, TimerHandle } from "./core/clock.ts"
export type { EndReason, Facts } from "./core/facts.ts"
export type { Lease, SessionRecord } from "./core/record.ts"
export type { StandardSchema } from "./core/standard-schema.ts"
export type { Acquired, Ended, HolderOptions, Notice, SessionStore, SlotStore, StoreConnection } from "./core/store.ts"
export type { Degraded, KeepAlive } from "../machines/session.types.ts"
export type {
  EndsBy,
  HandedOver,
  InitialFacts,
  Register,
  RegisteredSession,
  Session,
  SessionEvents,
  SessionFetchInit,
  SessionOptions,
  SessionSnapshot,
  SessionStatus,
  SignedIn,
  SignedOut,
  WaitOptions,
} from "./session.types.ts"
export type { TrailEntry } from "./trail.ts"
export {
  ConfigurationError,
  LoginRefusedError,
  LoginUnavailableError,
  NotAuthenticatedError,
  NotReplayableError,
  RefreshUnavailableError,
  SessionEndedError,
  SessionError,
  StoreUnavailableError,
} from "./errors.ts"
