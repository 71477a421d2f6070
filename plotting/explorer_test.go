package plotting

import (
	"slices"
	"strings"
	"testing"
)

// twoControls returns an explorer with a slider and a menu, whose figures show as many points as
// the slider's index.
func twoControls() Explorer {
	return Explorer{
		Controls: []Control{
			{Name: "points <n>", Options: []string{"0", `"1"`, "a & b"}, Start: 1},
			{Name: "colour", Options: []string{"red", "<i>"}, Start: 1, Menu: true},
		},
		Draw: func(choices []int) Figure {
			n := choices[0]
			choices[0] = 99 // Display must not depend on what Draw does to its argument.
			return Scatter("points", normalPoints(1, n, 1)).Figure()
		},
	}
}

func TestExplorerPage(t *testing.T) {
	explorer := twoControls()
	choices := []int{1, 1}
	shown, err := explorer.picture(choices)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(choices, []int{1, 1}) {
		t.Error("Draw changed the choices of its caller")
	}
	page, err := explorer.page("address", shown)
	if err != nil {
		t.Fatal(err)
	}
	controls, err := explorer.controls("address")
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := scriptValue(controls)
	if err != nil || !strings.Contains(page, encoded) || len(elements(t, page, "input")) > 0 {
		t.Errorf("the script does not hold the controls, or the page does; error %v", err)
	}
	labels := elements(t, controls, "label")
	sliders, menus := elements(t, controls, "input"), elements(t, controls, "select")
	if len(labels) != 2 || len(sliders) != 1 || len(menus) != 1 {
		t.Fatalf("labels %v, sliders %v, menus %v", labels, sliders, menus)
	}
	for i, control := range []element{sliders[0], menus[0]} {
		label := labels[i]
		if label.text != explorer.Controls[i].Name ||
			label.attributes["for"] != control.attributes["id"] {
			t.Errorf("control %v has the label %v", control, label)
		}
	}
	slider := sliders[0].attributes
	if slider["min"] != "0" || slider["max"] != "2" || slider["value"] != "1" {
		t.Errorf("the slider is %v", slider)
	}
	if text := elements(t, controls, "output")[0].text; text != `"1"` {
		t.Errorf("beside the slider stands %q", text)
	}
	hint := "stay until another cell waits to run, or until you leave them alone for 60 s."
	if !strings.Contains(page, hint) {
		t.Errorf("the page lacks the hint %q", hint)
	}
	items := elements(t, controls, "option")
	if len(items) != 2 || items[1].text != "<i>" {
		t.Errorf("the menu has the options %v", items)
	}
	for i, item := range items {
		if _, isSelected := item.attributes["selected"]; isSelected != (i == 1) {
			t.Errorf("option %d is selected: %t", i, isSelected)
		}
	}
	img := elements(t, page, "img")[0].attributes
	if want := `points <n>: "1", colour: <i>: `; !strings.HasPrefix(img["alt"], want) {
		t.Errorf("alt is %q, want %q and that of the figure", img["alt"], want)
	}
	// Until the program answers, a reader sees the picture alone.
	if _, isHidden := elements(t, controls, "div")[0].attributes["hidden"]; !isHidden {
		t.Error("the controls are not hidden")
	}
}

func TestExplorerErrors(t *testing.T) {
	edited := func(edit func(e *Explorer)) Explorer {
		explorer := twoControls()
		edit(&explorer)
		return explorer
	}
	for name, test := range map[string]struct {
		explorer Explorer
		want     string
	}{
		"no controls":    {edited(func(e *Explorer) { e.Controls = nil }), "Controls is empty"},
		"no drawing":     {edited(func(e *Explorer) { e.Draw = nil }), "Draw is nil"},
		"no name":        {edited(func(e *Explorer) { e.Controls[1].Name = "" }), "Name is empty"},
		"no options":     {edited(func(e *Explorer) { e.Controls[1].Options = nil }), "0 Options"},
		"start too high": {edited(func(e *Explorer) { e.Controls[0].Start = 3 }), "3, want 0 to 2"},
		"start too low":  {edited(func(e *Explorer) { e.Controls[0].Start = -1 }), "Start is -1"},
		"no notebook":    {twoControls(), "Save"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.explorer.Display()
			if err == nil || !strings.Contains(err.Error(), test.want) || len(err.Error()) > 200 {
				t.Errorf("the error is %v, want a short one with %q", err, test.want)
			}
		})
	}
	if _, err := twoControls().picture([]int{0, 0}); err == nil {
		t.Error("no error for a figure without points")
	}
}

func TestExplorerChoices(t *testing.T) {
	explorer := twoControls()
	for _, choices := range [][]int{{0, 0}, {2, 1}} {
		if !explorer.isValid(choices) {
			t.Errorf("%v is not valid", choices)
		}
	}
	for _, choices := range [][]int{nil, {1}, {1, 1, 1}, {3, 0}, {0, 2}, {-1, 0}} {
		if explorer.isValid(choices) {
			t.Errorf("%v is valid", choices)
		}
	}
}

// TestLink receives messages in another order than the browser sent them.
func TestLink(t *testing.T) {
	l := &link{news: make(chan struct{}, 1), bye: make(chan struct{})}
	for _, text := range []string{
		`{"n": 3, "kind": "choose", "choices": [2, 0], "seesQueue": true}`,
		`{"n": 2, "kind": "choose", "choices": [1, 0], "seesQueue": true}`,
		`{"n": 1, "kind": "hello", "choices": [0, 0], "seesQueue": true}`,
		`not JSON`,
	} {
		l.receive(text)
	}
	taken := l.take()
	if !slices.Equal(taken.choices, []int{2, 0}) || !taken.touched || !taken.seesQueue ||
		taken.queued {
		t.Errorf("took %+v", taken)
	}
	if taken = l.take(); taken.touched || !slices.Equal(taken.choices, []int{2, 0}) {
		t.Errorf("took %+v the second time", taken)
	}
	if len(l.news) != 1 {
		t.Error("there is no news")
	}
	l.receive(`{"n": 4, "kind": "queued", "choices": [2, 0]}`)
	if !l.take().queued {
		t.Error("did not receive that cells wait")
	}
	l.receive(`{"n": 5, "kind": "bye"}`)
	l.receive(`{"n": 5, "kind": "bye"}`) // Once more, for instance from a second view.
	select {
	case <-l.bye:
	default:
		t.Error("did not receive the last message")
	}
}

// TestLiveNeedsNotebook checks what Live does outside of a notebook.
func TestLiveNeedsNotebook(t *testing.T) {
	var live Live
	draw := func() Figure {
		t.Error("drawn outside of a notebook")
		return Figure{}
	}
	if err := live.Update(draw); err != nil {
		t.Error(err)
	}
	if err := live.Update(nil); err == nil || !strings.Contains(err.Error(), "draw is nil") {
		t.Errorf("the error without a drawing is %v", err)
	}
	figure := Scatter("points", normalPoints(1, 10, 1)).Figure()
	want, got := figure.Display(), live.Finish(figure)
	if want == nil || got == nil || got.Error() != want.Error() {
		t.Errorf("the error is %v, want that of Figure.Display, %v", got, want)
	}
}
