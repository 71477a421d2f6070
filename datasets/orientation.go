package datasets

import (
	"errors"
	"io"

	"github.com/bep/imagemeta"
)

// orientation says how an image is stored, as the Exif tag Orientation does (JEITA CP-3451, section
// 4.6.4): from 1 for upright to 8. From 5 on, rows are stored as columns.
type orientation int

const upright orientation = 1

// orientationOf returns the orientation that a JPEG file notes, upright if it notes none.
func orientationOf(file io.ReadSeeker) (orientation, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return 0, openError(err)
	}
	const tag = "Orientation"
	noted := upright
	err := imagemeta.Decode(imagemeta.Options{
		R: file, ImageFormat: imagemeta.JPEG, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(info imagemeta.TagInfo) bool {
			return info.Tag == tag && info.Namespace == "IFD0"
		},
		HandleTag: func(info imagemeta.TagInfo) error {
			if value, ok := info.Value.(uint16); ok {
				noted = orientation(value)
			}
			return imagemeta.ErrStopWalking
		},
		Warnf: func(string, ...any) {},
	})
	// Image viewers show images whose notes are damaged, too.
	if err != nil && !errors.Is(err, imagemeta.ErrStopWalking) || noted < upright || noted > 8 {
		return upright, nil
	}
	return noted, nil
}

// size returns the sides of the upright image for those of the stored one, and the other way round.
func (o orientation) size(height, width int) (int, int) {
	if o >= 5 {
		return width, height
	}
	return height, width
}

// stored returns where a pixel of an upright image of a size is stored.
func (o orientation) stored(x, y, width, height int) (int, int) {
	right, bottom := width-1-x, height-1-y
	switch o {
	case 2:
		return right, y
	case 3:
		return right, bottom
	case 4:
		return x, bottom
	case 5:
		return y, x
	case 6: // The camera was turned to the left: the top is stored as the right column.
		return y, right
	case 7:
		return bottom, right
	case 8:
		return bottom, x
	}
	return x, y
}
