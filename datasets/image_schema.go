package datasets

import (
	"encoding/json"
	"fmt"
)

// ImageSchema says how the coordinates of a point make an image, and what its classes are called. A
// model that was trained on [Images] returns it in JSON as its description.
type ImageSchema struct {
	Height   int      `json:"height"` // Pixels, from 1 to 4096.
	Width    int      `json:"width"`  // Pixels, from 1 to 4096.
	Channels int      `json:"channels"`
	Classes  []string `json:"classes,omitempty"` // The name of class k is Classes[k-1].
}

// mostSide is the largest height and width of an image.
const mostSide = 4096

// ParseImageSchema returns the ImageSchema that [Images.Description] returned in JSON. It returns
// an error unless the height and the width are from 1 to 4096, there are 1 or 3 channels, and
// classes have different names.
func ParseImageSchema(description []byte) (ImageSchema, error) {
	var s ImageSchema
	err := json.Unmarshal(description, &s)
	if err == nil {
		err = s.check()
	}
	if err == nil {
		if name := repeated(s.Classes); name != nil {
			err = fmt.Errorf("two classes are called %s", quoted(*name))
		}
	}
	if err != nil {
		return ImageSchema{}, fmt.Errorf("datasets: ParseImageSchema: %w", err)
	}
	return s, nil
}

// check returns an error unless the shape is one of images.
func (s ImageSchema) check() error {
	isSide := func(side int) bool { return 1 <= side && side <= mostSide }
	if !isSide(s.Height) || !isSide(s.Width) {
		return fmt.Errorf("images have %d × %d pixels, each side must be from 1 to %d",
			s.Height, s.Width, mostSide)
	}
	if s.Channels != 1 && s.Channels != 3 {
		return fmt.Errorf("images have %s, they must have 1 or 3", counted(s.Channels, "channel"))
	}
	return nil
}
