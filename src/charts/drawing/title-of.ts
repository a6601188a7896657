import type { ChartState, ChartTransition } from "../chart.types.ts"
import type { Source } from "../../core/rules.ts"
import { transitionWords } from "./transition-words.ts"

/** What there is to know of a transition beside its words: where it leads, why, by which rule, and what is done. */
export function titleOf(transition: ChartTransition): string {
  const { targets, description, rule, ruleSource, actions } = transition
  return [
    `${transitionWords(transition)}${targets.length === 0 ? "" : ` → ${targets.join(", ")}`}`,
    ...(description === null ? [] : [description]),
    ...(rule === null ? [] : [`Rule: ${rule}`]),
    ...(ruleSource === null ? [] : [`Source: ${sourceText(ruleSource)}`]),
    ...(actions.length === 0 ? [] : [`Does: ${actions.join(", ")}`]),
  ].join("\n")
}

/** What there is to know of a state beside its text: its tags, its rule, and what is done on the way in and out. */
export function titleOfState({ id, tags, meta, entry, exit }: ChartState): string {
  const { source } = (meta ?? {}) as { readonly source?: Source }
  return [
    id,
    ...(tags.length === 0 ? [] : [`Tags: ${tags.join(", ")}`]),
    ...(source === undefined ? [] : [`Source: ${sourceText(source)}`]),
    ...(entry.length === 0 ? [] : [`On entry: ${entry.join(", ")}`]),
    ...(exit.length === 0 ? [] : [`On exit: ${exit.join(", ")}`]),
  ].join("\n")
}

/** `RFC 6749, 5.2 Error Response, https://…` */
export function sourceText({ document, section, url }: Source): string {
  return [document, section, ...(url === undefined ? [] : [url])].join(", ")
}
