/** What every Chromium is started with. Of several `--disable-features`, Playwright's own among them, the last one counts. */
export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  `--disable-features=${[
    // In each new window they render what may drop down from the address bar, which takes more time than most tests do.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    // A renderer in reserve would be counted as one of a tab's.
    "SpareRendererForSitePerProcess",
  ].join(",")}`,
]
