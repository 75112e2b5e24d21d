// Starts everything. The page can be read without: script only adds.

import { startReading } from "./reading.js";

document.documentElement.dataset.script = "";
startReading();
