package plotting

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// fakeBrowser stands in for the page around a player's script: the last frame with a rendered width
// of 0, as in a hidden output, and timers that run when the test calls them.
const fakeBrowser = `
class Element {
	dataset = {}; attributes = {}; listeners = {}; parts = {}; added = []; isConnected = true;
	setAttribute(name, value) { this.attributes[name] = String(value); }
	getAttribute(name) { return this.attributes[name] ?? null; }
	addEventListener(name, listener) { this.listeners[name] = listener; }
	before(element) { this.added.push(element); }
	insertAdjacentHTML() {}
	querySelector(tag) { return this.parts[tag] ??= new Element(); }
}
let timers = [], timerCount = 0;
const setTimeout = (run) => { timers.push({id: ++timerCount, run}); return timerCount; };
const clearTimeout = (id) => { timers = timers.filter((timer) => timer.id !== id); };
const matchMedia = () => ({matches: false});
const Image = Element;
const player = new Element();
const document = {querySelectorAll: () => [player]};
const final = player.querySelector("img"), button = player.querySelector("button");
final.width = 0;
final.setAttribute("width", 336);
`

// watching says what a reader sees while the player leaves the page and comes back.
const watching = `
const say = (what) => console.log(what, button.textContent, timers.length);
const wait = () => timers.shift()?.run();
console.log("widths", ...final.added.map((img) => img.getAttribute("width")));
say("start");
wait();
say("later");
player.isConnected = false;
wait();
say("gone");
player.isConnected = true;
button.listeners.click();
say("clicked");
button.listeners.click();
say("again");
`

// TestPlayerScript runs the player's script in Node.js, if there is one.
func TestPlayerScript(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("needs Node.js")
	}
	page, err := moving(3, 1, 1, 10).player()
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile(`(?s)<script>(.*)</script>`).FindStringSubmatch(page)
	if script == nil {
		t.Fatal("no script")
	}
	command := exec.Command(node, "-")
	command.Stdin = strings.NewReader(fakeBrowser + script[1] + watching)
	got, err := command.CombinedOutput()
	// Two frames and what all frames have in common lie below the last one.
	want := `widths 336 336 336
start Pause 1
later Pause 1
gone Play 0
clicked Pause 1
again Play 0
`
	if err != nil || string(got) != want {
		t.Errorf("error %v, output:\n%s\nwant:\n%s", err, got, want)
	}
}
