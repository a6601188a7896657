import { palette } from "../charts/drawing/palette.ts"
import { typeScale } from "../charts/drawing/type-scale.ts"

/** The style sheet of the inspector, in the colours and fonts of the drawings. It names its own class everywhere. */
export const inspectorStyle = `
.sessionchart-inspector{${variables("light")};color:var(--ink);font:13px/1.5 ${typeScale.family};overflow-wrap:anywhere;container-type:inline-size;text-align:start}
@media (prefers-color-scheme:dark){.sessionchart-inspector{${variables("dark")};color-scheme:dark}}
.sessionchart-inspector *{box-sizing:border-box;margin:0;padding:0}
.sessionchart-inspector .panel{background:var(--canvas);border:1px solid var(--border);border-radius:12px;overflow:hidden}
.sessionchart-inspector header{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;padding:12px 16px;background:var(--box);border-block-end:1px solid var(--border)}
.sessionchart-inspector .status strong{font-size:16px}
.sessionchart-inspector .dot{display:inline-block;inline-size:10px;block-size:10px;border-radius:50%;background:var(--border)}
.sessionchart-inspector .dot[data-status=active],.sessionchart-inspector .dot[data-status=expiring],.sessionchart-inspector .dot[data-status=refreshing]{background:var(--active)}
.sessionchart-inspector .error{flex-basis:100%}
.sessionchart-inspector .quiet{color:var(--muted);font-weight:400}
.sessionchart-inspector .columns{display:grid;grid-template-columns:minmax(0,1fr);gap:16px;padding:16px}
.sessionchart-inspector figure{display:grid;grid-template-rows:auto 1fr;gap:8px;min-inline-size:0}
.sessionchart-inspector figcaption,.sessionchart-inspector h2{font-size:13px;font-weight:600;line-height:1.5}
.sessionchart-inspector .drawing{block-size:360px;overflow:auto;border:1px solid var(--border);border-radius:8px;background:var(--canvas);overscroll-behavior:contain}
.sessionchart-inspector .drawing svg{display:block;margin-inline:auto}
.sessionchart-inspector .side{display:grid;gap:8px;align-content:start;min-inline-size:0}
.sessionchart-inspector .side h2:not(:first-child){margin-block-start:8px}
.sessionchart-inspector .deadlines{display:grid;gap:12px}
.sessionchart-inspector dd{display:grid;gap:4px}
.sessionchart-inspector .left{color:var(--muted);font-variant-numeric:tabular-nums}
.sessionchart-inspector .bar{display:block;block-size:6px;border-radius:3px;background:var(--words);overflow:hidden}
.sessionchart-inspector .bar>span{display:block;block-size:100%;border-radius:3px;background:var(--active);transition:inline-size 1s linear}
.sessionchart-inspector .bar>span[data-low]{background:var(--guard)}
.sessionchart-inspector .trail{max-block-size:360px;overflow:auto;border:1px solid var(--border);border-radius:8px}
.sessionchart-inspector ol{list-style:none}
.sessionchart-inspector .trail li{padding:8px 12px}
.sessionchart-inspector .trail li+li{border-block-start:1px solid var(--words)}
.sessionchart-inspector .trail li[data-chart=refresh]{background:var(--box)}
.sessionchart-inspector .when,.sessionchart-inspector .says,.sessionchart-inspector .rule{color:var(--muted)}
.sessionchart-inspector time{font-variant-numeric:tabular-nums}
.sessionchart-inspector code{font:inherit;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--guard)}
.sessionchart-inspector a{color:var(--guard)}
.sessionchart-inspector :focus-visible{outline:2px solid var(--guard);outline-offset:2px}
.sessionchart-inspector.floating{position:fixed;inset-block-end:12px;inset-inline-end:12px;z-index:2147483000;inline-size:min(1080px,100vw - 24px);pointer-events:none}
.sessionchart-inspector.floating>div{display:grid;gap:8px;justify-items:end}
.sessionchart-inspector.floating .panel{inline-size:100%;max-block-size:calc(100vh - 80px);overflow:auto;pointer-events:auto;box-shadow:0 8px 32px rgb(0 0 0/24%)}
.sessionchart-inspector .opener{pointer-events:auto;padding:8px 14px;border:1px solid var(--border);border-radius:999px;background:var(--canvas);color:var(--ink);font:inherit;cursor:pointer}
@container (min-width:640px){
.sessionchart-inspector .columns{grid-template-columns:minmax(0,1fr) 280px}
.sessionchart-inspector .side{grid-column:2;grid-row:1/span 2}
.sessionchart-inspector .drawing{block-size:440px}
}
@container (min-width:1000px){
.sessionchart-inspector .columns{grid-template-columns:minmax(0,1fr) 300px}
.sessionchart-inspector .drawing{block-size:560px}
.sessionchart-inspector :has(figure+figure)>figure>.drawing{block-size:400px}
.sessionchart-inspector :has(figure+figure)>.side>.trail{max-block-size:688px}
}
@media (prefers-reduced-motion:no-preference){
.sessionchart-inspector .way[data-taken]>path:not(.head){animation:sessionchart-taken .5s linear 4}
}
@keyframes sessionchart-taken{from{stroke-dasharray:7 5;stroke-dashoffset:24}to{stroke-dasharray:7 5;stroke-dashoffset:0}}
`.trim()

function variables(scheme: keyof typeof palette): string {
  return Object.entries(palette[scheme])
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";")
}
