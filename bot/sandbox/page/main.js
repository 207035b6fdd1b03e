// Starts the page: the workspace and the panel beside it.

import { mount as mountSide } from "./side.js";

mountSide(document.getElementById("side"));
