/** On the page that says somebody was removed or their session deleted: so this device forgets them too. */

import { forget } from "./lib/forget.js";

const person = /^\/s\/[^/]+\/([^/]+)/.exec(location.pathname)?.[1];
if (person) forget(person);
