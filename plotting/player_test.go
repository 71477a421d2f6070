package plotting

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// normalPoints returns n normally distributed points [n, 2].
func normalPoints(seed uint64, n int, deviation float64) [][]float64 {
	random := rand.New(rand.NewPCG(seed, 0))
	points := make([][]float64, n)
	for i := range points {
		points[i] = []float64{deviation * random.NormFloat64(), deviation * random.NormFloat64()}
	}
	return points
}

// moving returns an animation of rows by columns panels, whose samples differ in each frame.
func moving(frames, rows, columns, samples int) Animation {
	var animation Animation
	target := normalPoints(1, 1500, 1)
	for i := range frames {
		var grid [][]Panel
		for range rows {
			var row []Panel
			for k := range columns {
				points := normalPoints(uint64(10*i+k), samples, 0.5+float64(i)/float64(frames))
				row = append(row, Samples("flow", points, target).Within(-3, 3))
			}
			grid = append(grid, row)
		}
		animation.Frames = append(animation.Frames, Grid(grid...))
	}
	return animation
}

// notXML is what HTML has and XML hasn't: scripts and styles, elements without an end, and
// attributes without a value.
var notXML = []struct {
	pattern *regexp.Regexp
	xml     string
}{
	{regexp.MustCompile(`(?s)(<script>|<style>).*?(</script>|</style>)`), "$1$2"},
	{regexp.MustCompile(`<(img|input)([^>]*)>`), "<$1$2/>"},
	{regexp.MustCompile(` (hidden|selected)([ />])`), ` $1=""$2`},
}

// element is an HTML element with its attributes and the text before its first child.
type element struct {
	attributes map[string]string
	text       string
}

// elements returns the elements with a tag, and checks that all elements of the page are closed.
func elements(t *testing.T, page, tag string) []element {
	t.Helper()
	for _, html := range notXML {
		page = html.pattern.ReplaceAllString(page, html.xml)
	}
	var found []element
	isInside := false
	decoder := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			isInside = token.Name.Local == tag
			if isInside {
				attributes := map[string]string{}
				for _, attribute := range token.Attr {
					attributes[attribute.Name.Local] = attribute.Value
				}
				found = append(found, element{attributes: attributes})
			}
		case xml.CharData:
			if isInside {
				found[len(found)-1].text += string(token)
			}
		case xml.EndElement:
			isInside = false
		}
	}
}

// scriptFrames finds the frames but the last, and what they have in common.
var scriptFrames = regexp.MustCompile(`const frames = (.*);\nconst common = "(.*)";`)

// decoded returns the picture of an img element with a source.
func decoded(t *testing.T, source string) image.Image {
	t.Helper()
	encoded, isPNG := strings.CutPrefix(source, "data:image/png;base64,")
	if !isPNG {
		t.Fatalf("src is %.40q", source)
	}
	content, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	result, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestPlayer(t *testing.T) {
	animation := moving(3, 1, 2, 200)
	animation.Labels = []string{`</script>"0"`, "1 & 2", "two"}
	page, err := animation.player()
	if err != nil {
		t.Fatal(err)
	}
	imgs := elements(t, page, "img")
	if len(imgs) != 1 {
		t.Fatalf("%d pictures without scripts, want the last frame", len(imgs))
	}
	var frames []frame
	encoded := scriptFrames.FindStringSubmatch(page)
	if encoded == nil {
		t.Fatal("no frames")
	}
	if err := json.Unmarshal([]byte(encoded[1]), &frames); err != nil {
		t.Fatal(err)
	}
	frames = append(frames, frame{
		Label: "two", Alt: imgs[0].attributes["alt"], Source: imgs[0].attributes["src"]})
	if len(frames) != 3 {
		t.Fatalf("%d frames, want 3", len(frames))
	}
	common := decoded(t, encoded[2])
	for i, f := range frames {
		label := animation.Labels[i]
		if want := label + ": " + animation.Frames[i].AltText(); f.Label != label || f.Alt != want {
			t.Errorf("frame %d has the label %q and alt %q, want alt %q", i, f.Label, f.Alt, want)
		}
		// As the browser shows it: over what the frames have in common.
		seen := image.NewRGBA(common.Bounds())
		draw.Draw(seen, seen.Rect, common, image.Point{}, draw.Src)
		draw.Draw(seen, seen.Rect, decoded(t, f.Source), image.Point{}, draw.Over)
		want := animation.Frames[i]
		width, height, err := want.size(playerDPIOfFew)
		if err != nil {
			t.Fatal(err)
		}
		if off := difference8(seen, want.image(width, height, playerDPIOfFew)); off > 3 {
			t.Errorf("frame %d differs from its figure by %.1f of 255 on average", i, off)
		}
	}
	if strings.Contains(page, ` id="`) || strings.Contains(page, "http") {
		t.Error("the player has an id or an address")
	}
}

// difference8 returns the mean difference of two images' channels, from 0 to 255.
func difference8(a, b *image.RGBA) float64 {
	sum := 0.0
	for i := range a.Pix {
		sum += max(float64(a.Pix[i])-float64(b.Pix[i]), float64(b.Pix[i])-float64(a.Pix[i]))
	}
	return sum / float64(len(a.Pix))
}

// TestPlayerNames makes players of the same and of other content: their names must depend on it.
func TestPlayerNames(t *testing.T) {
	name := func(animation Animation) string {
		page, err := animation.player()
		if err != nil {
			t.Fatal(err)
		}
		return elements(t, page, "div")[0].attributes["data-player"]
	}
	first, other := moving(2, 1, 1, 10), moving(2, 1, 1, 11)
	labelled := first
	labelled.Labels = []string{"a", "b"}
	once := name(first)
	if again := name(first); again != once {
		t.Error("the same animation has two names")
	}
	if name(other) == once || name(labelled) == once {
		t.Error("two animations have the same name")
	}
}

// TestPlayerSize checks the size of the largest animation of the notebooks.
func TestPlayerSize(t *testing.T) {
	if testing.Short() {
		t.Skip("draws 168 panels")
	}
	page, err := moving(21, 2, 4, 600).player()
	if err != nil {
		t.Fatal(err)
	}
	if len(page) > 1_200_000 {
		t.Errorf("the player takes %d bytes, want at most 1.2 MB", len(page))
	}
}

func TestPlayerErrors(t *testing.T) {
	animation := moving(2, 1, 1, 10)
	animation.Labels = []string{"one"}
	_, err := animation.player()
	if want := "1 labels for 2 frames"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v, want %q", err, want)
	}
	if _, err := (Animation{}).player(); err == nil {
		t.Error("no error without frames")
	}
}

// TestFewColors checks that rare colours survive beside many shades of a frequent one.
func TestFewColors(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 100, 100))
	for i := range 100 * 100 {
		img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2] = 255, 255, byte(128+i%128)
	}
	red := img.PixOffset(50, 50)
	copy(img.Pix[red:], []byte{255, 0, 0})
	colors := fewColors(8, img)
	if len(colors) != 8 {
		t.Errorf("%d colours, want 8", len(colors))
	}
	r, g, b, _ := colors.Convert(img.At(50, 50)).RGBA()
	if r>>8 < 240 || g>>8 > 15 || b>>8 > 15 {
		t.Errorf("red became %v", fmt.Sprint(r>>8, g>>8, b>>8))
	}
	if one := fewColors(8, image.NewRGBA(image.Rect(0, 0, 9, 9))); len(one) != 1 {
		t.Errorf("%d colours of an image in one colour", len(one))
	}
}

// TestMoveCentres has a centre whose shades all lie nearer to others: it keeps its colour.
func TestMoveCentres(t *testing.T) {
	centres := [][3]float64{{255, 255, 255}, {0, 0, 0}, {9, 0, 0}}
	used := []usedShade{
		{rgb: [3]float64{0, 0, 0}, weight: 1}, {rgb: [3]float64{0, 2, 4}, weight: 3},
	}
	assign(used, centres)
	moveCentres(centres, used)
	want := [][3]float64{{255, 255, 255}, {0, 1.5, 3}, {9, 0, 0}}
	if !slices.Equal(centres, want) {
		t.Errorf("the centres are %v, want %v", centres, want)
	}
}
