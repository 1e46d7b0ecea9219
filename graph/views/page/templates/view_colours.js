"use strict";
/* Colours of what is drawn, on light and on dark: Okabe and Ito's palette, which colour-blind people tell
   apart; lighter where the page is dark. */

const COLOURS = {
  light: {
    page: "#fbfbf9", ink: "#1d232b", halo: "#fbfbf9", strong: "#111418", axis: "#d9dde2",
    Paper: "#69727d", Method: "#0072b2", Dataset: "#e69f00", Hardware: "#d55e00", Metric: "#009e73",
    Task: "#c4629c", Other: "#8a8a8a",
    c0: "#0072b2", c1: "#e69f00", c2: "#009e73", c3: "#c4629c", c4: "#d55e00", c5: "#3fa7d6", c6: "#8c7a00",
    names: { c0: "#005a8c", c1: "#8a5a00", c2: "#00694d", c3: "#8f3f72", c4: "#a34700", c5: "#1f6f94", c6: "#665900" },
    lines: { INTRODUCES: "#0072b2b0", CITES: "#4b556370", BUILDS_ON: "#8a5a0080", VARIANT_OF: "#0072b280",
      MENTIONS: "#8a94a066", SHARES_CONCEPTS: "#8a94a055", TOGETHER: "#7a869480", ROW: "#8a94a0a0" },
  },
  dark: {
    page: "#14171b", ink: "#e6e9ed", halo: "#14171b", strong: "#ffffff", axis: "#343b44",
    Paper: "#a3adb9", Method: "#56b4e9", Dataset: "#f0c04a", Hardware: "#ff8c5a", Metric: "#2fc79d",
    Task: "#e59ac6", Other: "#9a9a9a",
    c0: "#56b4e9", c1: "#f0c04a", c2: "#2fc79d", c3: "#e59ac6", c4: "#ff8c5a", c5: "#9fd0ff", c6: "#cfc04a",
    names: { c0: "#56b4e9", c1: "#f0c04a", c2: "#2fc79d", c3: "#e59ac6", c4: "#ff8c5a", c5: "#9fd0ff", c6: "#cfc04a" },
    lines: { INTRODUCES: "#56b4e9b0", CITES: "#b7c0cc60", BUILDS_ON: "#f0c04a90", VARIANT_OF: "#56b4e980",
      MENTIONS: "#8d98a655", SHARES_CONCEPTS: "#8d98a645", TOGETHER: "#9aa6b480", ROW: "#9aa6b4a0" },
  },
};
const LINES = {
  INTRODUCES: { width: 2.2 }, CITES: { width: 1.6 }, BUILDS_ON: { width: 1.6, dashes: [8, 5] },
  VARIANT_OF: { width: 2, dashes: [2, 4] }, MENTIONS: { width: 1.4 }, SHARES_CONCEPTS: { width: 1.2, dashes: [2, 6] },
  TOGETHER: { width: 1.4 }, ROW: { width: 1.6 },
};
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
